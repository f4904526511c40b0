"""Parts of ``bench/impairment.py``."""
