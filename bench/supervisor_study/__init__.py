"""Parts of the benchmark ``supervisor``."""
