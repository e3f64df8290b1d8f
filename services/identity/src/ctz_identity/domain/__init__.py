"""Rules about people, their secrets and their dated metrics: pure, without I/O."""
