"""Scoring as a pure engine, and boards on a real Postgres."""
