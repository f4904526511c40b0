"""Guarding: virtual fixtures, distances between arms, guidance; the patient side's own limits."""
