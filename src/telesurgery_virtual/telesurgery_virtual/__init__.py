"""The whole chain, console to plant, in one process and in virtual time."""
