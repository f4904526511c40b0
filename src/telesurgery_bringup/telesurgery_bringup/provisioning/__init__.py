"""What the machine lacks is brought into one folder of the checkout, and nothing else is touched.

``machine`` looks at what is there, ``plan`` says what is missing, every other file brings one
thing, and ``steps`` runs them together.
"""
