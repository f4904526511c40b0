"""The fault campaign's real processes, see ``bench/faults.py``."""
