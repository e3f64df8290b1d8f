"""The Flask application: sign-in pages, API and the simulator's own endpoints, on one origin."""
