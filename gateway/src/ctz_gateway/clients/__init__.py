"""Stubs of the services behind the gateway."""
