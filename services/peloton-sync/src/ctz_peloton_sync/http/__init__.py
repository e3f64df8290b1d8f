"""The sync console for operators."""
