"""A session report from bags alone, without ROS."""
