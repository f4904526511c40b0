"""The safety supervisor that runs as the last stage inside the arms process."""
