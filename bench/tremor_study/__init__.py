"""What ``bench/tremor.py`` is made of: signals, measures, the bound, tuning, pictures."""
