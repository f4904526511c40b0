"""Tremor filters: one interface, one file a filter, and the table of them by name."""
