"""Use cases of peloton-sync."""
