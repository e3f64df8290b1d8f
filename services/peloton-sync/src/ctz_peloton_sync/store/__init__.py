"""Tables and queries of peloton-sync."""
