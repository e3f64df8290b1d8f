"""Use cases of plans, one transaction each."""
