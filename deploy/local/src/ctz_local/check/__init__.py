"""`ctz demo --check`: the smoke test of a whole machine, driven as a browser and as a tool would."""
