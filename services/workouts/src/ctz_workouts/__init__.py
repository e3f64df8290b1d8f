"""Workout archive, series, power and pace analytics."""
