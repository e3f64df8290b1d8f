"""What only the detail of a workout says, and what the account says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctz_peloton_sync.domain.fields import NO_CLASS_ID, Json, flag, identifier, integer, items, mapping, number, text
from ctz_peloton_sync.domain.workouts import WorkoutRow, parse_workout

HIGHEST_FTP_WATTS = 2_000
MAXIMUM_MOVEMENTS = 500


@dataclass(frozen=True, slots=True)
class FTPInfo:
    """The FTP that was in force during a workout; `workout_id` names the test that set it, if one did."""

    watts: int
    kind: str
    workout_id: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One set of a strength movement."""

    name: str
    repetitions: int | None
    duration_seconds: int | None
    weight_value: float | None
    weight_unit: str


@dataclass(frozen=True, slots=True)
class WorkoutDetail:
    """One workout, as its own page has it."""

    row: WorkoutRow
    ftp: FTPInfo
    has_paused: bool
    pause_seconds: int | None
    leaderboard_rank: int | None
    leaderboard_size: int | None
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What /me says and we keep; nothing else of it is stored."""

    peloton_user_id: str
    username: str
    total_workouts: int | None
    ftp_kind: str
    ftp_workout_id: str
    manual_ftp_watts: int
    workout_ftp_watts: int
    estimated_ftp_watts: int


def parse_detail(payload: Json) -> WorkoutDetail | None:
    """Read /workout/{id}; none when it is not readable as a workout."""
    body = mapping(payload)
    row = parse_workout(body)
    if row is None:
        return None
    rank = integer(body.get("leaderboard_rank"), low=1)
    size = integer(body.get("total_leaderboard_users"), low=1)
    return WorkoutDetail(
        row=row,
        ftp=parse_ftp_info(body.get("ftp_info")),
        has_paused=flag(body.get("has_paused")),
        pause_seconds=integer(body.get("pause_time_elapsed"), high=86_400),
        leaderboard_rank=rank,
        leaderboard_size=size,
        movements=_movements(body.get("movement_tracker_data")),
    )


def parse_ftp_info(payload: Json) -> FTPInfo:
    """FTP in force; 0, null and nonsense are all "none" (peloton-api.md, section 6)."""
    body = mapping(payload)
    return FTPInfo(
        _ftp(body.get("ftp")), text(body.get("ftp_source"), limit=64), _workout_id(body.get("ftp_workout_id"))
    )


def parse_account(payload: Json) -> Account | None:
    """Read /me; none when it names no user."""
    body = mapping(payload)
    user_id = identifier(body.get("id"))
    if user_id == "":
        return None
    return Account(
        peloton_user_id=user_id,
        username=text(body.get("username"), limit=100),
        total_workouts=integer(body.get("total_workouts")),
        ftp_kind=text(body.get("cycling_ftp_source"), limit=64),
        ftp_workout_id=_workout_id(body.get("cycling_ftp_workout_id")),
        manual_ftp_watts=_ftp(body.get("cycling_ftp")),
        workout_ftp_watts=_ftp(body.get("cycling_workout_ftp")),
        estimated_ftp_watts=_ftp(body.get("estimated_cycling_ftp")),
    )


def _ftp(value: Json) -> int:
    found = number(value, low=0, high=HIGHEST_FTP_WATTS)
    return 0 if found is None else round(found)


def _workout_id(value: Json) -> str:
    found = identifier(value)
    return "" if found == NO_CLASS_ID else found


def _movements(payload: Json) -> tuple[Movement, ...]:
    summary = mapping(mapping(payload).get("completed_movements_summary_data"))
    entries: Sequence[Json] = items(summary.get("repetition_summary_data"))[:MAXIMUM_MOVEMENTS]
    return tuple(movement for entry in entries if (movement := _movement(mapping(entry))) is not None)


def _movement(body: Mapping[str, Json]) -> Movement | None:
    name = text(body.get("movement_name"), limit=100)
    if name == "":
        return None
    is_timed = text(body.get("tracking_type")) in {"time_based", "time_tracked_rep"} or flag(body.get("is_hold"))
    repetitions = integer(body.get("completed_reps", body.get("completed_number")), high=100_000)
    duration = integer(body.get("completed_duration"), high=86_400)
    weight = next(iter(items(body.get("weight"))), None)
    weight_data = mapping(mapping(weight).get("weight_data"))
    value = number(weight_data.get("weight_value"), low=0, high=2_000)
    return Movement(
        name=name,
        repetitions=None if is_timed and duration is not None else repetitions,
        duration_seconds=duration if is_timed else None,
        weight_value=value,
        weight_unit=text(weight_data.get("weight_unit"), limit=16) if value is not None else "",
    )
