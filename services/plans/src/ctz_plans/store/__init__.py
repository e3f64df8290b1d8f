"""Tables and queries of plans."""
