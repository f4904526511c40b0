"""The sites that may hold an arm: what they ask, what was decided, and the record of it."""
