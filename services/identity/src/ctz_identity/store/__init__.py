"""Tables and queries of identity's schema."""
