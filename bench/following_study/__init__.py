"""What ``bench/following.py`` is made of: hands, ideal, plants, measures."""
