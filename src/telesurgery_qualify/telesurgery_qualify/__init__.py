"""Judges a link before an operation: a load, what became of it, requirements, a verdict."""
