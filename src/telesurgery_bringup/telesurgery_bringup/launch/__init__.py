"""Runs launch files in XML where ROS's own ``launch`` is not installed.

The documented format is read as ROS reads it, as far as this workspace's launch files use it;
whatever goes beyond is refused by its name, with file and line. ``xml_file`` reads, ``resolve``
turns a file into a plan (pure), ``runner`` carries a plan out.
"""
