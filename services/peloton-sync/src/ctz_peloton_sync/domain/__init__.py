"""Pure rules: parsing, scheduling, limits; no I/O."""
