"""Alembic history of the schema `workouts`."""
