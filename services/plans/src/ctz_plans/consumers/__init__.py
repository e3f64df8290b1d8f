"""Events that plans take in."""
