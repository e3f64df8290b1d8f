"""The names of the five services in the forms that different places want."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One service; `name` is the one of routing keys and folders (`peloton-sync`)."""

    name: str

    @property
    def schema(self) -> str:
        """Its schema in the database."""
        return self.name.replace("-", "_")

    @property
    def module(self) -> str:
        """Its Python package, run by `python -m`."""
        return f"ctz_{self.schema}"

    @property
    def prefix(self) -> str:
        """The prefix of its environment variables."""
        return f"CTZ_{self.schema.upper()}_"

    @property
    def owner_role(self) -> str:
        """The role that owns its tables and migrates them."""
        return f"ctz_{self.schema}_owner"

    @property
    def app_role(self) -> str:
        """The role that it runs under: rows of its own schema, and nothing else."""
        return f"ctz_{self.schema}_app"


IDENTITY = Service("identity")
PELOTON_SYNC = Service("peloton-sync")
WORKOUTS = Service("workouts")
PLANS = Service("plans")
CHALLENGES = Service("challenges")
# Not a service, but a schema with roles of the same kind: the queue table that stands in for RabbitMQ.
QUEUE = Service("broker")
SERVICES = (IDENTITY, PELOTON_SYNC, WORKOUTS, PLANS, CHALLENGES)


def service_named(name: str) -> Service:
    """Return the service of this name, with a hyphen or an underscore."""
    by_schema = {service.schema: service for service in SERVICES}
    return by_schema[name.replace("-", "_")]
