"""Launch files, robot description, worlds and configuration, and the command that runs them."""
