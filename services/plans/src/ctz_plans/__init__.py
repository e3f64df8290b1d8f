"""Weekly plans, exercises and guided sessions."""
