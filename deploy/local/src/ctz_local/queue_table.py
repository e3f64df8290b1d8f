"""A process of its own that makes the queue table in place of RabbitMQ; its addresses come by environment."""

import os

from ctz_chassis.broker.pgqueue_tables import install
from ctz_local.bootstrap import QUEUE_OWNER_URL, QUEUE_ROLE


def main() -> None:
    """Bring the schema of the queue table to its newest version."""
    install(os.environ[QUEUE_OWNER_URL], os.environ[QUEUE_ROLE])


if __name__ == "__main__":
    main()
