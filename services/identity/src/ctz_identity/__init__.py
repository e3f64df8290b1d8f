"""Accounts, sessions, tokens and dated athlete metrics."""
