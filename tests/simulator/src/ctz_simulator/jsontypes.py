"""The type of a JSON object: payloads are the one place where values are not typed further."""

from typing import Any

JsonObject = dict[str, Any]
