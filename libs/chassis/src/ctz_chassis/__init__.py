"""Plumbing that every service shares and no business word."""
