"""Peloton's sign-in and API."""
