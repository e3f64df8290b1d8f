"""Who is calling, on whose behalf, and whether that is allowed."""
