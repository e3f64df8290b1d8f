"""Events that identity takes in."""
