"""Pure rules of plans: no framework, no I/O."""
