"""The CRTK interface of the arms on ROS topics and services: adapters, no rules of their own."""
