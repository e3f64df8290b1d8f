"""Alembic history of the schema `plans`."""
