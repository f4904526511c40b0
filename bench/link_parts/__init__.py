"""What ``bench/link.py`` measures, one measurement a file."""
