"""Who may do what: every method of every real service, called by everybody who may not."""
