"""From the services' messages to view models: pure functions, no calls."""
