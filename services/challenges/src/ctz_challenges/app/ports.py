"""What use cases need from outside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a repeated create harmless: the caller's id and a digest that tells bodies apart."""

    request_id: str = ""
    digest: bytes = b""
