"""gRPC servicers of peloton-sync."""
