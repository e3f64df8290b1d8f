"""FIT activities. Figures that the device stored are not taken where samples tell them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ctz_workouts.formats import fit_profile as profile
from ctz_workouts.formats.activity import (
    ALTITUDE,
    CADENCE,
    HEART_RATE,
    INCLINE,
    LONGEST_NAME,
    LONGEST_SECONDS,
    LONGEST_TITLE,
    OUTPUT,
    RESISTANCE,
    SPEED,
    Activity,
    Lap,
    checked_start,
    plain,
)
from ctz_workouts.formats.errors import NothingInIt, TimesUnbelievable, TooMuchInIt
from ctz_workouts.formats.fit_container import TIMESTAMP, Message, Value, messages
from ctz_workouts.formats.recorder import DISTANCE, KPH_PER_METER_A_SECOND, Recorder
from ctz_workouts.formats.totals import completed

LARGEST_BYTES = 8 * 1024 * 1024
MOST_SESSIONS = 50
MOST_LAPS = 2_000
_FURTHEST_OFFSET_SECONDS = 18 * 3600
_BEFORE_SECONDS = 60
"""So long before its session a device may have begun to record."""
_MILLI, _CENTI = 1000, 100
_RESISTANCE_FULL = 2.54

# Of each message what is read, by number of the field.
_START, _SPORT, _SUB_SPORT, _ELAPSED, _TIMED = 2, 5, 6, 7, 8
_WANTED: Mapping[int, frozenset[int]] = {
    profile.FILE_ID: frozenset({0, 1, 8}),
    profile.ZONES_TARGET: frozenset({3}),
    profile.SPORT: frozenset({0, 1}),
    profile.SESSION: frozenset({_START, _SPORT, _SUB_SPORT, _ELAPSED, _TIMED, 9, 11, 16, 20, 34, 35, 36, 45, 48}),
    profile.LAP: frozenset({_START, _ELAPSED, _TIMED, 9, 21, 25, 39}),
    profile.RECORD: frozenset({2, 3, 4, 5, 6, 7, 9, 10, 53, 73, 78}),
    profile.EVENT: frozenset({0, 1}),
    profile.WORKOUT: frozenset({8}),
    profile.ACTIVITY: frozenset({5}),
}
# Sample by field of a record: scale, offset, factor into our unit. Later ones are finer and win.
_SAMPLES: Sequence[tuple[int, str, float, float, float]] = (
    (7, OUTPUT, 1, 0, 1),
    (3, HEART_RATE, 1, 0, 1),
    (10, RESISTANCE, _RESISTANCE_FULL, 0, 1),
    (9, INCLINE, 100, 0, 1),
    (5, DISTANCE, 100, 0, 1),
    (2, ALTITUDE, 5, 500, 1),
    (78, ALTITUDE, 5, 500, 1),
    (6, SPEED, _MILLI, 0, KPH_PER_METER_A_SECOND),
    (73, SPEED, _MILLI, 0, KPH_PER_METER_A_SECOND),
)


def read_fit(data: bytes, now: datetime) -> list[Activity]:
    """Every workout of a file: one for each session; `FormatError` where there is none or it cannot be read."""
    if len(data) > LARGEST_BYTES:
        raise TooMuchInIt
    told = _Told()
    for message in messages(data, _WANTED):
        told.take(message)
    return told.activities(now)


class _Told:
    """What the messages of a file told so far."""

    def __init__(self) -> None:
        self._recorder = Recorder()
        self._sessions: list[Mapping[int, Value]] = []
        self._laps: list[Mapping[int, Value]] = []
        self._file: Mapping[int, Value] = {}
        self._sport: Mapping[int, Value] = {}
        self._zones: Mapping[int, Value] = {}
        self._title = ""
        self._offset_seconds: int | None = None
        self._stopped_at: int | None = None
        self._takers = {
            profile.FILE_ID: self._take_file,
            profile.ZONES_TARGET: self._take_zones,
            profile.SPORT: self._take_sport,
            profile.SESSION: self._take_session,
            profile.LAP: self._take_lap,
            profile.RECORD: self._take_record,
            profile.EVENT: self._take_event,
            profile.WORKOUT: self._take_workout,
            profile.ACTIVITY: self._take_activity,
        }

    def take(self, message: Message) -> None:
        """Take one message."""
        self._takers[message.number](message.fields)

    def activities(self, now: datetime) -> list[Activity]:
        """A workout for each session that lasted; one from the records alone where there is no session."""
        sessions = self._sessions or ([{}] if len(self._recorder) and _is_activity(self._file) else [])
        legs = [session for session in sessions if session.get(_SPORT) != profile.TRANSITION]
        found = [made for session in legs if (made := self._activity(session, now)) is not None]
        if not found:
            raise NothingInIt
        return found

    def _activity(self, session: Mapping[int, Value], now: datetime) -> Activity | None:
        elapsed, timed = _seconds(session.get(_ELAPSED)), _seconds(session.get(_TIMED)) or None
        start = self._start(_whole(session.get(_START)), max(elapsed or 0, timed or 0))
        if start is None:
            return None
        if max(timed or 0, elapsed or 0) > LONGEST_SECONDS:
            raise TimesUnbelievable
        started = checked_start(profile.EPOCH + timedelta(seconds=start), now)
        begin, last = self._span(start)
        recording = self._recorder.recording(begin, last, timed)
        elapsed = elapsed or timed or self._recorded_seconds()
        lasted = timed or elapsed - recording.pause_seconds
        if lasted < 1:
            return None
        end = start + max(elapsed, lasted)
        return completed(
            Activity(
                start_time=started,
                end_time=started + timedelta(seconds=end - start),
                duration_seconds=round(lasted),
                utc_offset_seconds=self._offset_seconds,
                discipline=self._discipline(session, has_power=OUTPUT in recording.samples.values),
                title=self._title,
                device=self._device(),
                work_kilojoules=_scaled(session.get(48), _MILLI),
                mean_power_watts=_scaled(session.get(20), 1),
                mean_heart_rate_bpm=_scaled(session.get(16), 1),
                distance_meters=_scaled(session.get(9), _CENTI),
                calories_kcal=_scaled(session.get(11), 1),
                samples=recording.samples,
                laps=self._laps_within(start, min(end, last)),
                pause_seconds=max(recording.pause_seconds, round(elapsed - lasted)),
                pauses=recording.pauses,
                filled_seconds=recording.filled_seconds,
                device_normalized_watts=_scaled(session.get(34), 1) or None,
                device_intensity_factor=_scaled(session.get(36), _MILLI) or None,
                device_training_stress=_scaled(session.get(35), 10) or None,
                device_ftp_watts=_scaled(session.get(45), 1) or _scaled(self._zones.get(3), 1) or None,
            ),
            recording.distance_meters,
        )

    def _start(self, told: int | None, lasted: float) -> int | None:
        """When a session began, as it tells; where it is the only one and no record lies in it, when records began."""
        first, last = self._recorder.first_time, self._recorder.last_time
        if first is None or last is None or (told is not None and len(self._sessions) > 1):
            return told
        return int(first) if told is None or last < told or first > told + lasted else told

    def _recorded_seconds(self) -> float:
        first, last = self._recorder.first_time, self._recorder.last_time
        return last - first + 1 if first is not None and last is not None else 0

    def _discipline(self, session: Mapping[int, Value], *, has_power: bool) -> str:
        """By the sport of the session, else of the file, else of its first lap."""
        told = [(session, _SPORT, _SUB_SPORT), (self._sport, 0, 1), *((lap, 25, 39) for lap in self._laps[:1])]
        pairs = ((_whole(fields.get(sport)), _whole(fields.get(sub_sport))) for fields, sport, sub_sport in told)
        sport, sub_sport = next((pair for pair in pairs if any(pair)), (None, None))
        return profile.discipline_of(sport, sub_sport, has_power=has_power)

    def _span(self, start: int) -> tuple[float, float]:
        """From when to when points belong to a session: up to the next one, and where it is the last for two days."""
        starts = [at for session in self._sessions if (at := _whole(session.get(_START))) is not None]
        begin, first = start, self._recorder.first_time
        if first is not None and start <= min(starts, default=start) and start - _BEFORE_SECONDS <= first < start:
            begin = int(first)
        return begin, min((at for at in starts if at > start), default=begin + LONGEST_SECONDS) - 1

    def _laps_within(self, start: int, end: float) -> list[Lap]:
        laps = []
        for lap in self._laps:
            at, seconds = _whole(lap.get(_START)), _seconds(lap.get(_TIMED)) or _seconds(lap.get(_ELAPSED))
            meters = _scaled(lap.get(9), _CENTI)
            if at is not None and start <= at <= end and seconds and meters:
                laps.append(Lap(seconds, meters, _scaled(lap.get(21), 1)))
        return laps

    def _device(self) -> str:
        name = self._file.get(8)
        maker = profile.MANUFACTURERS.get(_whole(self._file.get(1)) or 0, "")
        return plain(f"{maker} {_text(name)}", LONGEST_NAME)

    def _take_file(self, fields: Mapping[int, Value]) -> None:
        self._file = self._file or fields

    def _take_zones(self, fields: Mapping[int, Value]) -> None:
        self._zones = self._zones or fields

    def _take_sport(self, fields: Mapping[int, Value]) -> None:
        self._sport = self._sport or fields

    def _take_session(self, fields: Mapping[int, Value]) -> None:
        if len(self._sessions) >= MOST_SESSIONS:
            raise TooMuchInIt
        self._sessions.append(fields)

    def _take_lap(self, fields: Mapping[int, Value]) -> None:
        if len(self._laps) < MOST_LAPS:
            self._laps.append(fields)

    def _take_record(self, fields: Mapping[int, Value]) -> None:
        time = _whole(fields.get(TIMESTAMP))
        if time is None:
            return
        values = {
            slug: (value / scale - offset) * factor
            for field, slug, scale, offset, factor in _SAMPLES
            if isinstance(value := fields.get(field), int | float)
        }
        cadence = fields.get(4)
        if isinstance(cadence, int):
            fraction = fields.get(53)
            values[CADENCE] = cadence + (fraction / 128 if isinstance(fraction, int) else 0)
        self._recorder.add(time, values)

    def _take_event(self, fields: Mapping[int, Value]) -> None:
        """The timer stops and starts: what lies between is a pause."""
        time, kind = _whole(fields.get(TIMESTAMP)), fields.get(1)
        if fields.get(0) != profile.TIMER_EVENT or time is None:
            return
        if kind in profile.STOPS and self._stopped_at is None:
            self._stopped_at = time
        elif kind == profile.START and self._stopped_at is not None:
            self._recorder.pause(self._stopped_at, time)
            self._stopped_at = None

    def _take_workout(self, fields: Mapping[int, Value]) -> None:
        self._title = self._title or plain(_text(fields.get(8)), LONGEST_TITLE)

    def _take_activity(self, fields: Mapping[int, Value]) -> None:
        """The rider's clock beside the device's tells the offset, in quarters of an hour as all zones do."""
        local, told = _whole(fields.get(5)), _whole(fields.get(TIMESTAMP))
        if local is None or told is None:
            return
        offset = round((local - told) / 900) * 900
        if abs(offset) <= _FURTHEST_OFFSET_SECONDS:
            self._offset_seconds = offset


def _is_activity(file: Mapping[int, Value]) -> bool:
    return file.get(0, profile.ACTIVITY_FILE) == profile.ACTIVITY_FILE


def _whole(value: Value | None) -> int | None:
    return value if isinstance(value, int) else None


def _scaled(value: Value | None, scale: float) -> float | None:
    return value / scale if isinstance(value, int) else None


def _seconds(value: Value | None) -> float | None:
    return _scaled(value, _MILLI)


def _text(value: Value | None) -> str:
    return value.split(b"\0", 1)[0].decode("utf-8", "replace") if isinstance(value, bytes) else ""
