"""Background tasks: sending mail, waiting for the first administrator."""
