"""Recorded payloads served as the history of one member."""
