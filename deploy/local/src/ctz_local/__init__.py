"""The one-machine supervisor."""
