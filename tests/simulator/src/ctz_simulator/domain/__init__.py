"""What the simulator holds, independent of how the API encodes it."""
