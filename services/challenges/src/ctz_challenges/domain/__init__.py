"""Pure rules of challenges: no framework, no I/O."""
