"""Grids of experiments in virtual time, over all cores, with a report."""
