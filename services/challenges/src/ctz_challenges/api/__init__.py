"""gRPC of challenges: decode, call one use case, encode."""
