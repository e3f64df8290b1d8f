"""The rider's power: the curve over spans of time, records, critical power, the history of the FTP."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import analytics_pb2 as pb
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.drawing import step_line
from ctz_gateway.present.metrics import BY_SLUG, SOURCE_WORDS, shown_unit, to_shown
from ctz_gateway.viewmodels.analytics import CriticalPanel, FtpRow, PowerPage, PowerRecord, TrendChart
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Figure, Option, Tag
from ctz_gateway.words import (
    day_month,
    day_month_year,
    effort_length,
    listing,
    plural,
    signed,
    span_with_year,
    thousands,
)

SEASON, RECENT, EVER = pb.CURVE_SPAN_SEASON, pb.CURVE_SPAN_LAST_90_DAYS, pb.CURVE_SPAN_ALL_TIME
RIDE = pb.CURVE_SPAN_WORKOUT
KEYS = {SEASON: "season", RECENT: "recent", EVER: "all", RIDE: "ride"}
SPOKEN_SECONDS = (60, 300, 1200)
ABSENT_WORDS = {
    pb.CRITICAL_POWER_ABSENCE_TOO_FEW_EFFORTS: (
        "It takes three hard efforts of different lengths between 2 and 15 minutes within 90 days."
    ),
    pb.CRITICAL_POWER_ABSENCE_IMPLAUSIBLE: (
        "The efforts of the last 90 days lie on no plausible line: at least one of them was not all you had."
    ),
}

Points = Mapping[int, pb.PowerPoint]


def power_page(
    profile: pb.PowerProfile,
    *,
    season: int,
    seasons: Sequence[Tab],
    rides: Sequence[workouts_pb2.Workout],
    chosen: str,
    zone: ZoneInfo,
    is_metric: bool,
) -> PowerPage:
    """The page of a power profile; `chosen` is the resource name of a ride, empty for none."""
    by_span = {curve.span: curve for curve in profile.curves}
    points = {key: {point.duration_seconds: point for point in curve.points} for key, curve in by_span.items()}
    ride_name = _ride_name(by_span.get(RIDE), rides, chosen)
    names = {SEASON: str(season), RECENT: "last 90 days", EVER: "all time", RIDE: ride_name}
    ride_points = points.get(RIDE, {})
    return PowerPage(
        tiles=_tiles(profile, is_metric=is_metric),
        tags=_tags(profile),
        has_weight=profile.HasField("weight_kilograms") or any(_per_kilogram(each) for each in profile.ftp_history),
        chart=_chart(profile, names) if profile.curves else None,
        seasons=seasons,
        season=str(season),
        rides=_options(rides, chosen, ride_name),
        ride_name=ride_name if ride_points else "",
        records=_records(points.get(EVER, {}), points.get(SEASON, {}), ride_points),
        critical=_critical(profile) if profile.HasField("critical_power") else None,
        critical_reason=ABSENT_WORDS.get(profile.critical_power_absence, "It is not known."),
        ftp_rows=_ftp_rows(profile.ftp_history, zone),
        ftp_line=_ftp_line(profile.ftp_history),
        ftp_text=_ftp_text(profile.ftp_history, zone),
        ftp_high=_watts(max((entry.watts for entry in profile.ftp_history), default=0)),
        ftp_low=_watts(min((entry.watts for entry in profile.ftp_history), default=0)),
    )


def _day(text: str) -> str:
    return day_month_year(date.fromisoformat(text))


def _watts(watts: float) -> str:
    return f"{thousands(watts)} W"


def _per_kilogram(message: pb.PowerPoint | pb.FTPEntry) -> str:
    return f"{message.watts_per_kilogram:.2f} W/kg" if message.HasField("watts_per_kilogram") else ""


def _tiles(profile: pb.PowerProfile, *, is_metric: bool) -> Sequence[Figure]:
    weight = BY_SLUG["weight"]
    kilograms = profile.weight_kilograms if profile.HasField("weight_kilograms") else None
    if not profile.HasField("ftp"):
        ftp = Figure("FTP", None, "W", reason="Add it on your profile.")
        by_weight = None
    else:
        source = SOURCE_WORDS.get(profile.ftp.source, "")
        age = plural(profile.ftp_age_days, "day")
        ftp = Figure("FTP", thousands(profile.ftp.watts), "W", note=", ".join(filter(None, (source, f"{age} old"))))
        by_weight = (
            Figure("FTP by weight", f"{profile.ftp.watts / kilograms:.2f}", "W/kg")
            if kilograms
            else Figure("FTP by weight", None, "W/kg", reason="Add your weight on your profile.")
        )
    weighed = (
        Figure("Weight", to_shown(weight, kilograms, is_metric=is_metric), shown_unit(weight, is_metric=is_metric))
        if kilograms
        else None
    )
    return [figure for figure in (ftp, by_weight, weighed) if figure is not None]


def _tags(profile: pb.PowerProfile) -> Sequence[Tag]:
    return (Tag("FTP older than 10 weeks", "warn", "clock"),) if profile.is_ftp_stale else ()


def _ride_name(curve: pb.PowerCurve | None, rides: Sequence[workouts_pb2.Workout], chosen: str) -> str:
    if not chosen:
        return ""
    listed = next((f"{each.title}, {_day(each.local_date)}" for each in rides if each.name == chosen), "")
    return listed or (f"the ride of {_day(curve.from_date)}" if curve is not None else "the chosen ride")


def _options(rides: Sequence[workouts_pb2.Workout], chosen: str, ride_name: str) -> Sequence[Option]:
    """Recent rides; the chosen one is among them even when it is an older one."""
    options = [Option("", "No ride", not chosen)]
    if chosen and all(each.name != chosen for each in rides):
        options.append(Option(chosen.removeprefix("workouts/"), ride_name[:1].upper() + ride_name[1:], selected=True))
    options += [
        Option(each.name.removeprefix("workouts/"), f"{_short(each.local_date)}, {each.title}", each.name == chosen)
        for each in rides
    ]
    return options


def _short(text: str) -> str:
    return day_month(date.fromisoformat(text))


def _chart(profile: pb.PowerProfile, names: Mapping["pb.CurveSpan.ValueType", str]) -> TrendChart:
    curves = [
        {
            "key": KEYS[curve.span],
            "name": "this ride" if curve.span == RIDE else names[curve.span],
            "points": [_point(each) for each in curve.points],
        }
        for curve in profile.curves
    ]
    lines = [("FTP", profile.ftp.watts)] if profile.HasField("ftp") else []
    if profile.HasField("critical_power"):
        lines.append(("CP", profile.critical_power.watts))
    data = {"curves": curves, "lines": [[name, round(watts)] for name, watts in lines]}
    return TrendChart(
        data=json.dumps(data, separators=(",", ":")),
        summary=_summary([(names[curve.span], curve) for curve in profile.curves]),
        legend=[(KEYS[curve.span], names[curve.span]) for curve in profile.curves],
    )


def _point(point: pb.PowerPoint) -> list[object]:
    by_weight = round(point.watts_per_kilogram, 2) if point.HasField("watts_per_kilogram") else None
    return [point.duration_seconds, round(point.watts, 1), by_weight, _day(point.local_date), f"/{point.workout}"]


def _summary(curves: Sequence[tuple[str, pb.PowerCurve]]) -> str:
    """The bests of each curve in a sentence; curves of which the same is to be said share one."""
    names_of: dict[str, list[str]] = {}
    for name, curve in curves:
        names_of.setdefault(_bests(curve), []).append(name)
    told = [(listing(names), bests) for bests, names in names_of.items()]
    return " ".join(f"{names[:1].upper()}{names[1:]}: best {bests}." for names, bests in told)


def _bests(curve: pb.PowerCurve) -> str:
    told = [point for point in curve.points if point.duration_seconds in SPOKEN_SECONDS] or curve.points[-1:]
    return ", ".join(f"{effort_length(point.duration_seconds)} {_watts(point.watts)}" for point in told)


def _records(ever: Points, season: Points, ride: Points) -> Sequence[PowerRecord]:
    return [
        PowerRecord(
            length=effort_length(seconds),
            best=_watts(point.watts),
            per_kilogram=_per_kilogram(point),
            date_text=_day(point.local_date),
            url=f"/{point.workout}",
            season=f"{thousands(season[seconds].watts)} W" if seconds in season else "",
            ride=f"{thousands(ride[seconds].watts)} W" if seconds in ride else "",
        )
        for seconds, point in sorted(ever.items())
    ]


def _critical(profile: pb.PowerProfile) -> CriticalPanel:
    found = profile.critical_power
    by_weight = f"{found.watts_per_kilogram:.2f} W/kg" if found.HasField("watts_per_kilogram") else ""
    first, last = date.fromisoformat(found.from_date), date.fromisoformat(found.to_date)
    compared = ""
    if profile.HasField("ftp"):
        difference = found.watts - profile.ftp.watts
        where = "above" if difference > 0 else "below"
        compared = f"It lies {thousands(abs(difference))} W {where} your FTP of {thousands(profile.ftp.watts)} W."
    return CriticalPanel(
        figures=(
            Figure("Critical power", thousands(found.watts), "W", note=by_weight),
            Figure("W\N{PRIME}", f"{found.w_prime_joules / 1000:.1f}", "kJ", note="work above it"),
        ),
        fit_text=(
            f"A straight line of work over time, by least squares, through {plural(len(found.efforts), 'effort')} "
            f"of 2 to 15 minutes, {span_with_year(first, last)}."
        ),
        efforts=[
            (effort_length(each.duration_seconds), f"{thousands(each.watts)} W, {_short(each.local_date)}")
            for each in found.efforts
        ],
        compared=compared,
    )


def _ftp_rows(entries: Sequence[pb.FTPEntry], zone: ZoneInfo) -> Sequence[FtpRow]:
    """Newest first, each with its change from the one before."""
    rows = []
    for place, entry in enumerate(entries):
        change = signed(entry.watts - entries[place - 1].watts) if place else ""
        rows.append(
            FtpRow(
                date_text=day_month_year(_local(entry, zone)),
                watts=_watts(entry.watts),
                change=f"{change} W" if change else "",
                per_kilogram=_per_kilogram(entry),
                source=SOURCE_WORDS.get(entry.source, ""),
            )
        )
    return rows[::-1]


def _local(entry: pb.FTPEntry, zone: ZoneInfo) -> date:
    return instant(entry.effective_time).astimezone(zone).date()


def _ftp_line(entries: Sequence[pb.FTPEntry]) -> str:
    """The FTP over time as a stepped line; none for a single value."""
    if len(entries) <= 1:
        return ""
    times: list[datetime] = [instant(entry.effective_time) for entry in entries]
    values = [entry.watts for entry in entries]
    low, reach = min(values), max(max(values) - min(values), 1.0)
    # A tenth beyond the last value, so that it is seen to hold.
    long = max((times[-1] - times[0]).total_seconds() * 1.1, 1.0)
    return step_line(
        [
            ((at - times[0]).total_seconds() / long if place else 0.0, 0.1 + 0.8 * (watts - low) / reach)
            for place, (at, watts) in enumerate(zip(times, values, strict=True))
        ]
    )


def _ftp_text(entries: Sequence[pb.FTPEntry], zone: ZoneInfo) -> str:
    if len(entries) <= 1:
        return ""
    first, last = entries[0], entries[-1]
    return (
        f"FTP from {thousands(first.watts)} W on {day_month_year(_local(first, zone))} to {thousands(last.watts)} W "
        f"on {day_month_year(_local(last, zone))}"
    )
