"""What HTTP is better at than gRPC: files in and out."""
