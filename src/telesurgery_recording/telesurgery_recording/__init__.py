"""Record and read rosbag2 bags without a ROS installation."""
