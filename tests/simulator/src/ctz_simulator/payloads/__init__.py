"""The simulated world in the API's spelling."""
