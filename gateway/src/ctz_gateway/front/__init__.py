"""The door for other tools: gRPC with a personal access token."""
