"""What identity answers over HTTP: probes and public keys."""
