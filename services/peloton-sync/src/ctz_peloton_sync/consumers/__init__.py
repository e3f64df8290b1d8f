"""Event handlers of peloton-sync."""
