"""The surgeon at the bedside: a console on the patient's own graph."""
