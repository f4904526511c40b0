"""gz-sim (Harmonic and newer): its process, its systems, and the simulator made of both."""
