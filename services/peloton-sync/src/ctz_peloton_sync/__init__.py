"""Peloton connections, sync runs and the events that they give."""
