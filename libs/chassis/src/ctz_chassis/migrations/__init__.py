"""Schema migrations: one Alembic history per service, run by the owner of the schema."""

from ctz_chassis.migrations.runner import differences, is_at_head, migrate

__all__ = ["differences", "is_at_head", "migrate"]
