"""Composition root: what `python -m ctz_identity` runs."""

from ctz_identity.cli.processes import COMMANDS

__all__ = ["COMMANDS"]
