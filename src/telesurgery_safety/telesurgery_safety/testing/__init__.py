"""For tests and benchmarks: a side to which anything may happen, its judge, and mild limits."""
