"""Use cases of challenges, one transaction each."""
