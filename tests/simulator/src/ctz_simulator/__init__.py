"""Peloton API and sign-in simulator."""
