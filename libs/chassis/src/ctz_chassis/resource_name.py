"""Resource names on the wire (AIP-122): a collection and an id, such as `workouts/0192f0c1-…`."""

from uuid import UUID

from ctz_chassis.errors import InvalidArgument


def format(collection: str, resource_id: UUID) -> str:  # noqa: A001 (read as `resource_name.format`)
    """Return the name of one resource."""
    return f"{collection}/{resource_id}"


def parse(collection: str, name: str, *, field: str = "name") -> UUID:
    """Return the id in a resource name; `field` is where the name stood in the request."""
    found, separator, text = name.partition("/")
    if not separator or found != collection:
        raise InvalidArgument(field, f"must look like {collection}/{{id}}")
    try:
        resource_id = UUID(text)
    except ValueError:
        raise InvalidArgument(field, f"must look like {collection}/{{id}}") from None
    if str(resource_id) != text:
        raise InvalidArgument(field, "the id must be written in lower case with dashes")
    return resource_id
