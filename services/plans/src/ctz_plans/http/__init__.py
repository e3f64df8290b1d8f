"""What plans serves over HTTP beside the probes."""
