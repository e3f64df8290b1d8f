"""Alembic history of the schema `challenges`."""
