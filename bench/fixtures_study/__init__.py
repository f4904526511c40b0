"""The parts of ``bench/fixtures.py``."""
