"""Real kills of what the services stand on; each promise is kept by a ledger that the test itself writes."""
