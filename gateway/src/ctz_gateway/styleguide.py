"""Specimens for the style guide: every part in its states, with invented content. Development and tests only."""

from typing import Any

from ctz_gateway.viewmodels.common import Figure, Form, Note, Option, Tag
from ctz_gateway.viewmodels.training import FtpPanel, MiniBar, MiniChart, SegmentTable, WorkoutRow, ZoneBand

ZONE_NAMES = ("Active recovery", "Endurance", "Tempo", "Threshold", "VO2 max", "Anaerobic", "Neuromuscular")
ZONE_SECONDS = (585, 513, 494, 682, 354, 72, 0)
# (start, end, zone) in seconds; zone 0 has no target.
CLASS_BLOCKS = (
    (0, 720, 0),
    (720, 960, 3),
    (960, 1140, 4),
    (1140, 1260, 2),
    (1260, 1500, 4),
    (1500, 1620, 5),
    (1620, 1740, 2),
    (1740, 1920, 4),
    (1920, 2040, 5),
    (2040, 2100, 6),
    (2100, 2220, 1),
    (2220, 2310, 5),
    (2310, 2490, 3),
    (2490, 2550, 5),
    (2550, 2700, 0),
)
HIGHEST_ZONE_LEVEL = 7.6
# Which twelfth of the line is missing.
GAP = 5


def mini_bars() -> MiniChart:
    """The class above as 48 bars of a mini chart."""
    bars: list[MiniBar] = []
    for place in range(48):
        second = place * 2700 / 48
        zone = next(z for start, end, z in CLASS_BLOCKS if start <= second < end) or (1 + place % 2)
        bars.append(MiniBar((zone + (place % 3) * 0.2) / HIGHEST_ZONE_LEVEL, zone))
    return MiniChart("Output by zone over 45 minutes, mostly zones 3 to 5", bars=bars)


def mini_line() -> MiniChart:
    """A heart rate as a line with a gap."""
    return MiniChart(
        "Heart rate over 30 minutes",
        line=[None if x // 4 == GAP else 0.3 + 0.5 * ((x * 7) % 11) / 11 for x in range(48)],
    )


def figures() -> list[Figure]:
    """A value, one with a note, two that are missing and say why."""
    return [
        Figure("Load", "59", "TSS", "class expects 57"),
        Figure("Intensity", "0.89", "of FTP", "variability 1.11"),
        Figure("Decoupling", None, reason="not a steady ride"),
        Figure("Time in zone", None, reason="set your FTP to see it"),
    ]


def zone_bands() -> list[ZoneBand]:
    """The zones of FTP 238, hottest first."""
    ranges = ("0–131 W", "131–179 W", "179–214 W", "214–250 W", "250–286 W", "286–357 W", "over 357 W")
    return [ZoneBand(n, ZONE_NAMES[n - 1], ranges[n - 1]) for n in range(7, 0, -1)]


def ftp_panel(*, is_stale: bool = False) -> FtpPanel:
    """FTP 238, fresh or in need of a test."""
    return FtpPanel(238, "Test, 8 May", "12 weeks old" if is_stale else "35 days old", is_stale, zone_bands())


def ride_row(**changes: Any) -> WorkoutRow:
    """A power-zone ride in a list, with any field changed."""
    row: dict[str, Any] = {
        "id": "0197a0b0-0000-7000-8000-000000000001",
        "title": "45 min Power Zone Ride",
        "kind": "bike",
        "discipline": "Cycling",
        "day": "10",
        "weekday": "Tue",
        "date_text": "Tuesday, 10 June",
        "time_text": "06:41",
        "instructor": "Hanna Beck",
        "duration_text": "45:00",
        "figures": [
            Figure("work", "514", "kJ"),
            Figure("in target", "88", "%"),
            Figure("NP", "211", "W"),
            Figure("load", "59", "TSS"),
        ],
        "tags": [Tag("Best 20 min since March", "accent", "star")],
        "chart": mini_bars(),
    }
    return WorkoutRow(**{**row, **changes})


def plain_rows() -> list[WorkoutRow]:
    """Rows without power, without a chart and with a chart to come."""
    missing = Figure("in target", None, reason="no targets in this class")
    heart = [
        Figure("distance", "5.4", "km"),
        missing,
        Figure("pace", "5:33", "/km"),
        Figure("load", None, reason="no power"),
    ]
    strength = [
        Figure("time", "30:00"),
        Figure("volume", "2.9", "t"),
        Figure("heart", "121", "bpm"),
        Figure("load", None, reason="no power"),
    ]
    run = ride_row(
        id="run",
        title="30 min Intervals Run",
        kind="run",
        discipline="Running",
        chart=mini_line(),
        figures=heart,
        tags=[],
        day="7",
        weekday="Sat",
    )
    lift = ride_row(
        id="lift",
        title="30 min Full Body Strength",
        kind="strength",
        chart=None,
        chart_reason="14 movements, no chart",
        figures=strength,
        tags=[],
    )
    late = ride_row(
        id="late",
        chart=None,
        chart_pending=True,
        chart_reason="Chart arrives in about 2 min",
        tags=[Tag("Chart on its way", icon="sync")],
    )
    return [run, lift, late]


def notes() -> list[Note]:
    """One note or banner in each tone."""
    return [
        Note("Charts for 472 older workouts are on their way.", icon="info"),
        Note("225 W from 15:06.", "Best 20 minutes since March:", "accent", "star"),
        Note("Every chart is here.", "All done.", "good", "done"),
        Note("Peloton asked us to slow down. Nothing is lost.", "Paused until 14:26.", "warn", "clock"),
        Note(
            "New workouts wait until you reconnect.",
            "Peloton signed you out on 9 June.",
            "bad",
            "alert",
            "/peloton",
            "Reconnect",
        ),
    ]


def specimens() -> dict[str, Any]:
    """Everything that `styleguide.html` shows."""
    return {
        "figures": figures(),
        "notes": notes(),
        "tags": [
            Tag("done", "good", "done"),
            Tag("partly", "warn", "part"),
            Tag("missed", "bad", "miss"),
            Tag("substituted", "accent", "swap"),
            Tag("only you", icon="lock"),
        ],
        "zone_names": ZONE_NAMES,
        "zone_seconds": ZONE_SECONDS,
        "blocks": CLASS_BLOCKS,
        "rows": [ride_row(), *plain_rows()],
        "ftp": ftp_panel(is_stale=True),
        "form": Form({"watts": "238", "date": "31 June"}, {"date": "June has 30 days."}),
        "choices": [Option("metric", "Metric", selected=True), Option("imperial", "Imperial")],
        "table": SegmentTable(
            "Splits", ("Split", "Time", "Pace"), [("1 km", "5:41", "5:41 /km"), ("2 km", "5:33", "5:33 /km")]
        ),
    }
