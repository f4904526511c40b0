"""The vocabulary that every part shares: transforms, values, parameters, errors."""
