"""gRPC of plans: decode, call one use case, encode."""
