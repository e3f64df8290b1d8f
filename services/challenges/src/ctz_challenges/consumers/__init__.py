"""Events that challenges take in."""
