"""A patient side with its consoles as real processes, for the benchmark and for a test."""
