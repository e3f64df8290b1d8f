"""Files and doors of imports and exports, for tests."""

import io
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from ctz.workouts.v1 import transfers_pb2 as pb
from flask.testing import FlaskClient

from ctz_chassis.db import Database
from ctz_chassis.http import health_app
from ctz_chassis.readiness import Readiness
from ctz_chassis.testing import Keys, User
from ctz_workouts.app.exporting import Exporting
from ctz_workouts.app.importing import Importing
from ctz_workouts.formats.activity import HEART_RATE, OUTPUT, Activity, Samples
from ctz_workouts.formats.fit_writer import write_fit
from ctz_workouts.http.files import Limits, add_file_routes
from ctz_workouts.workers.reading_process import ReadingProcess

RIDE_START = datetime(2026, 3, 29, 6, 41, tzinfo=UTC)
LIMITS = Limits(file_bytes=3_000_000, waiting_bytes=4_000_000, files=5)


class NotStopping:
    """A process that goes on."""

    def is_set(self) -> bool:
        return False


@dataclass(frozen=True)
class Doors:
    """The HTTP door of the service, for one person at a time."""

    client: FlaskClient
    keys: Keys

    def headers(self, user: User, caller: str = "gateway") -> dict[str, str]:
        token = self.keys.service_signer(caller).token("workouts")
        return {"authorization": f"Bearer {token}", "ctz-user": user.token}

    def send(self, user: User, name: str, data: bytes, file_name: str = "ride.fit") -> Any:
        """Send a file to an import, `imports/{import}`."""
        path = f"/{name}/files"
        return self.client.post(path, data=data, query_string={"file_name": file_name}, headers=self.headers(user))

    def get(self, user: User, path: str, **query: str) -> Any:
        return self.client.get(path, query_string=query, headers=self.headers(user))


def doors(database: Database, keys: Keys, limits: Limits = LIMITS) -> Doors:
    app = health_app("workouts", Readiness({}), keys.verifier())
    add_file_routes(app, database, limits)
    return Doors(app.test_client(), keys)


def importing(database: Database) -> Importing:
    return Importing(database, ReadingProcess(silence_seconds=60), lease_seconds=60)


def exporting(database: Database) -> Exporting:
    return Exporting(database, lease_seconds=60, keep_hours=1)


def run_all(work: Importing | Exporting) -> int:
    """Do everything that waits; answer how many pieces there were."""
    pieces = 0
    while work.run_once(NotStopping()):
        pieces += 1
    return pieces


def activity(watts: Sequence[float] = (150,) * 120, **given: Any) -> Activity:
    """A ride with one value of power and heart rate a second."""
    values: Mapping[str, Sequence[float]] = {OUTPUT: list(watts), HEART_RATE: [130.0] * len(watts)}
    fields: dict[str, Any] = {
        "start_time": RIDE_START,
        "duration_seconds": max(len(watts), 1),
        "utc_offset_seconds": -14_400,
        "discipline": "cycling",
        "title": "30 min Power Zone Endurance Ride",
        "samples": Samples(range(1, len(watts) + 1), values) if watts else Samples(),
    }
    return Activity(**(fields | given))


def fit(watts: Sequence[float] = (150,) * 120, **given: Any) -> bytes:
    return write_fit(activity(watts, **given))


def zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def workout_id(name: str) -> UUID:
    return UUID(name.partition("/")[2])


def same(told: Sequence[float], given: Sequence[float]) -> bool:
    """Whether two columns are the same, missing values included."""
    return len(told) == len(given) and all(
        a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(told, given, strict=True)
    )


PELOTON = (
    "Workout Timestamp,Live/On-Demand,Instructor Name,Length (minutes),Fitness Discipline,Type,Title,Class Timestamp,"
    "Total Output,Avg. Watts,Avg. Resistance,Avg. Cadence (RPM),Avg. Speed (mph),Distance (mi),Calories Burned,"
    "Avg. Heartrate,Avg. Incline,Avg. Pace (min/mi)\r\n"
)


def begin(imports: Any, zone: str = "America/New_York") -> str:
    name: str = imports.CreateImport(pb.CreateImportRequest(request_id=str(uuid4()), time_zone=zone)).name
    return name


def files_of(imports: Any, name: str) -> list[pb.ImportFile]:
    return list(imports.ListImportFiles(pb.ListImportFilesRequest(**{"import": name})).files)
