"""Challenges, teams, scoring and boards."""
