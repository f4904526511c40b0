"""Master to slave motion: clutch, scaling, tremor filter, assignment of hands to arms."""
