"""Tables and queries of the schema `workouts`."""
