"""The topics of the motion node beside its streams: what goes a few times a second."""
