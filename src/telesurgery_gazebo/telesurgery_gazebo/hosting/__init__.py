"""What a simulator runs as: processes, a scene in a folder, a screen."""
