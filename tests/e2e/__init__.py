"""The whole system in a real browser, as a rider meets it."""
