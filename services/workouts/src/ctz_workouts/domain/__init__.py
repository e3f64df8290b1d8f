"""The rules of the workouts service: pure values and functions, no I/O, no clock, no network."""
