"""Scoring: the pure engine."""
