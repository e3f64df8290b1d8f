"""Where workouts come from: those of our own, which the rider entered or imported, and all others."""

MANUAL, IMPORT = "manual", "import"
OWN = frozenset({MANUAL, IMPORT})
