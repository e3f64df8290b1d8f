"""The least that a synced workout costs: parse its payload, compute NP, COPY the bytes into a table."""

import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg

from ctz_local.testing import ServiceDatabase
from ctz_simulator.rider import GeneratedRider
from ctz_workouts.domain.grid import grid_of
from ctz_workouts.domain.power import normalized_power
from ctz_workouts.domain.series import series_of

from .rig import Meter, Rig


def floor_seconds(rig: Rig, database: ServiceDatabase, rider: GeneratedRider) -> float:
    """Processor seconds of this process and Postgres for all graphs of a rider."""
    facts: dict[str, dict[str, Any]] = rider.truth()["workouts"]
    ids = [workout_id for workout_id, fact in facts.items() if fact["has_graph"]]
    payloads = [json.dumps(rider.graph(each, 1, with_location=False)).encode() for each in ids]
    with closing(psycopg.connect(database.superuser_dsn(), autocommit=True)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS public.bench_floor (body bytea)")
        meter = Meter.start(rig)
        _do(connection, payloads)
        _, python, postgres = meter.read()
        connection.execute("DROP TABLE public.bench_floor")
    return python + postgres


def _do(connection: psycopg.Connection[Any], payloads: Sequence[bytes]) -> None:
    with connection.cursor().copy("COPY public.bench_floor (body) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["bytea"])
        for payload in payloads:
            body = json.loads(payload)
            watts = next((each["values"] for each in body["metrics"] if each["slug"] == "output"), None)
            if watts is not None:
                series = series_of(body["seconds_since_pedaling_start"], (("output", "watts", watts),))
                grid = grid_of(series, "output")
                if grid is not None:
                    normalized_power(grid)
            copy.write_row((payload,))
