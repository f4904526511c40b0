"""The parts of the fault campaign, see ``bench/faults.py``."""
