"""Property tests in several processes: isolation, heartbeat, arguments for pytest-xdist."""
