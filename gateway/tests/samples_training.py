"""Sample contexts of Today, history and workouts: full, empty and awkward ones. Content is invented."""

from dataclasses import replace

from ctz_gateway import styleguide
from ctz_gateway.viewmodels import training
from ctz_gateway.viewmodels.common import Figure, Note
from gateway.tests.samples_challenges import standing_panels

WORKOUT = "0197a0b0-0000-7000-8000-000000000001"
AWKWARD = "Überlänge: 45 min Power Zone Max Ride with a Title that Goes On & On <b>and</b> {{ 7 * 7 }}"


def today_page() -> training.TodayPage:
    """A Thursday in the middle of a week of training."""
    names = (
        ("Mon", "9", "46", 0.6),
        ("Tue", "10", "59", 0.76),
        ("Wed", "11", "12", 0.15),
        ("Thu", "12", "78", 1.0),
        ("Fri", "13", "", 0),
        ("Sat", "14", "", 0),
        ("Sun", "15", "", 0),
    )
    days = [
        training.DayTotal(name, day, name == "Thu", load == "", load, share, ["PZ Endurance, 45 min"] if load else [])
        for name, day, load, share in names
    ]
    return training.TodayPage(
        weekday="Thursday",
        date_text="12 June",
        banners=[
            Note(
                "Charts for 472 older workouts are on their way.",
                icon="sync",
                link_url="/peloton",
                link_text="See the progress",
            )
        ],
        recent=[styleguide.ride_row(), *styleguide.plain_rows()],
        week_days=days,
        week_figures=[Figure("Load", "195"), Figure("Time", "3:10", "h"), Figure("Workouts", "4")],
        week_zone_seconds=styleguide.ZONE_SECONDS,
        ftp=styleguide.ftp_panel(),
        form=training.FormWord(
            "Steady",
            "Ready for a hard ride",
            [Figure("Fitness", "39", "CTL"), Figure("Fatigue", "44", "ATL"), Figure("Form", "−5", "TSB")],
        ),
        notes=[Note("225 W on Tuesday.", "Best 20 minutes since March.", "accent", "fitness")],
        is_connected=True,
        standings=standing_panels(),
    )


def empty_today() -> training.TodayPage:
    """The first visit: nothing connected, no FTP."""
    return replace(
        today_page(),
        banners=[],
        recent=[],
        week_days=[],
        week_figures=[],
        week_zone_seconds=[],
        ftp=None,
        form=None,
        notes=[],
        is_connected=False,
        standings=(),
    )


def _blocks() -> list[training.Block]:
    shares = (
        (8, 24),
        (5, 12),
        (10, 2),
        (9, 12),
        (6, 4),
        (2, 16),
        (6, 4),
        (8, 0),
        (7, 1),
        (1, 8),
        (51, 0),
        (4, 24),
        (13, 0),
    )
    called = [block for block in styleguide.CLASS_BLOCKS if block[2]]
    texts = ("0–131 W", "131–179 W", "179–214 W", "214–250 W", "250–286 W", "286–357 W", "over 357 W")
    return [
        training.Block(
            start,
            end - start,
            zone,
            styleguide.ZONE_NAMES[zone - 1],
            texts[zone - 1],
            90 + 35 * zone,
            None if zone == 1 else 130 + 6 * zone,
            below,
            end - start - below - above,
            above,
        )
        for (start, end, zone), (below, above) in zip(called, shares, strict=True)
    ]


def power_zone_ride(series_url: str) -> training.WorkoutPage:
    """The ride of ui.md, pattern 2, with everything."""
    return training.WorkoutPage(
        id=WORKOUT,
        title="45 min Power Zone Ride",
        kind="bike",
        discipline="Cycling",
        is_power_zone=True,
        date_text="Tuesday 10 June 2025, 06:41",
        short_date="10 June",
        instructor="Hanna Beck",
        facts=["third time"],
        ftp_text="FTP then 238 W (test, 8 May)",
        tiles=[
            Figure("In target", "88", "%", "26:50 of 30:30 called"),
            Figure("Normalized power", "211", "W", "average 190 W"),
            Figure("Load", "59", "TSS", "class expects 57"),
            Figure("Intensity", "0.89", "of FTP", "variability 1.11"),
            Figure("Heart rate", "146", "bpm", "highest 178"),
            Figure("Work", "514", "kJ", "23.1 km, 84 rpm"),
        ],
        banners=[],
        chart=training.ChartRef(
            series_url,
            "Output over 45 minutes against the called zones: 190 W on average, 88 % of the called time in zone.",
            has_power=True,
            has_targets=True,
        ),
        chart_reason="",
        zone_seconds=styleguide.ZONE_SECONDS,
        zone_note="45:00 recorded, no pauses",
        zone_reason="",
        blocks=_blocks(),
        blocks_reason="",
        segments=[
            training.Segment("0:00", "12:00", "Warm up"),
            training.Segment("12:00", "30:30", "Cycling"),
            training.Segment("42:30", "2:30", "Cool down"),
        ],
        tables=[],
        insights=styleguide.notes()[1:3],
        pairs=[
            training.Pair("Decoupling", "not a steady ride", is_absent=True),
            training.Pair("Peak 1 min", "304 W"),
            training.Pair("Ranked", "1,204 of 9,866"),
        ],
        note_text="Legs came alive after the second threshold block.",
    )


def coarse_ride(series_url: str) -> training.WorkoutPage:
    """A ride at a step of five seconds: totals, a chart without zones, and the reasons."""
    why = "recorded every 5 s only"
    return replace(
        power_zone_ride(series_url),
        title=AWKWARD,
        tiles=[
            Figure("Work", "514", "kJ"),
            Figure("Average power", "190", "W"),
            Figure("Normalized power", None, reason=why),
            Figure("Load", None, reason=why),
        ],
        banners=[
            Note(
                "Peloton sent a value every 5 seconds, each its window’s highest. Figures from them would be too high.",
                "A coarse recording.",
                "warn",
                "alert",
            )
        ],
        zone_seconds=[],
        zone_note="",
        zone_reason="Time in zone needs one value a second; this ride has one every 5 s.",
        blocks=[],
        blocks_reason="Blocks need one value a second.",
        insights=[],
    )


def class_ride() -> training.WorkoutPage:
    """A ride that is no power-zone class: tiles, panels with called ranges, the reasons for what is absent."""
    no_ftp = "no FTP was in force on that day"
    ranges = training.SegmentTable(
        "Called ranges",
        ("Start", "Length", "Called", "In range"),
        [("3:00", "4:00", "75–85 rpm, 32–40 %", "81 %"), ("7:00", "4:00", "78–88 rpm, 34–42 %", "74 %")],
    )
    return replace(
        power_zone_ride("/samples/series/class-ride"),
        title="30 min Climb Ride",
        is_power_zone=False,
        ftp_text="",
        facts=["30 min"],
        tiles=[
            Figure("Work", "288", "kJ"),
            Figure("Average power", "160", "W"),
            Figure("Distance", "14.9", "km"),
            Figure("Heart rate", "138", "bpm", "highest 165"),
            Figure("Cadence", "85", "rpm"),
            Figure("Load", None, reason=no_ftp),
        ],
        chart=training.ChartRef("/samples/series/class-ride", "30:00 recorded.", has_power=False, has_targets=False),
        zone_seconds=[],
        zone_note="",
        zone_reason="Time in zone needs an FTP, and none was in force on that day.",
        blocks=[],
        tables=[ranges],
        insights=[],
    )


def run() -> training.WorkoutPage:
    """A run: panels only, pace upside down, a hole in the recording."""
    return replace(
        class_ride(),
        title="30 min Intervals Run",
        kind="run",
        discipline="Running",
        tiles=[Figure("Distance", "5.4", "km"), Figure("Pace", "5:25", "/km"), Figure("Heart rate", "146", "bpm")],
        chart=training.ChartRef("/samples/series/run", "30:00 recorded, 1 gap.", has_power=False, has_targets=False),
        zone_reason="",
        tables=[],
    )


def strength_class() -> training.WorkoutPage:
    """A workout without any series."""
    return training.WorkoutPage(
        id="lift",
        title="30 min Full Body Strength",
        kind="strength",
        discipline="Strength",
        is_power_zone=False,
        date_text="Wednesday 4 June 2025, 18:40",
        short_date="4 June",
        instructor="Theo Marsh",
        facts=["30 min"],
        ftp_text="",
        tiles=[
            Figure("Time", "30:00"),
            Figure("Heart rate", "121", "bpm", "highest 149"),
            Figure("Calories", "212", "kcal"),
            Figure("Load", None, reason="no power in this discipline"),
        ],
        banners=[],
        chart=None,
        chart_reason="Peloton records no series for strength classes without a heart-rate monitor.",
        zone_seconds=[],
        zone_note="",
        zone_reason="",
        blocks=[],
        blocks_reason="",
        segments=[
            training.Segment("0:00", "5:00", "Warm up"),
            training.Segment("5:00", "25:00", "Strength", "14 movements"),
        ],
        tables=[
            training.SegmentTable(
                "Movements", ("Movement", "Repetitions", "Weight"), [("Goblet squat", "12", "16 kg"), ("Plank", "", "")]
            )
        ],
        insights=[],
        pairs=[],
        note_text="",
    )
