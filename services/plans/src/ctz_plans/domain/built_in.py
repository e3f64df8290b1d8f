"""The templates that came with the product, from Sunday to Saturday. Their ids never change."""

from uuid import UUID

from ctz_plans.domain.activity import REST, Activity, Kind
from ctz_plans.domain.template import Template

_FIRST_ID = 0x0000_0000_0000_7000_8000_0000_0000_0001


def _class_type(class_type: str, discipline: str, minutes: int, words: str) -> Activity:
    title = f"{minutes} min {words}"
    return Activity(
        Kind.CLASS_TYPE, title=title, discipline=discipline, class_type=class_type, duration_seconds=minutes * 60
    )


def _endurance_ride(minutes: int) -> Activity:
    return _class_type("power_zone_endurance", "cycling", minutes, "Power Zone Endurance Ride")


def _power_zone_ride(minutes: int) -> Activity:
    return _class_type("power_zone", "cycling", minutes, "Power Zone Ride")


def _discipline(discipline: str, minutes: int, words: str) -> Activity:
    return Activity(
        Kind.DISCIPLINE, title=f"{minutes} min {words}", discipline=discipline, duration_seconds=minutes * 60
    )


_TEMPO_RUN = _class_type("tempo", "running", 30, "Tempo Run")
_ENDURANCE_RUN = _class_type("endurance", "running", 45, "Endurance Run")
_INTERVAL_RUN = _class_type("intervals", "running", 30, "Intervals Run")
_YOGA_FLOW = _class_type("yoga_flow", "yoga", 30, "Yoga Flow")
_BREATHWORK = _class_type("breathwork", "breathwork", 10, "Breathwork")
_PILATES = _class_type("pilates", "pilates", 20, "Pilates")
_MOBILITY = _class_type("mobility", "mobility", 20, "Mobility")
_YOGA = _discipline("yoga", 30, "Yoga")
# Whatever the rider recovers on: the type says enough.
_RECOVERY = _class_type("recovery", "", 20, "Recovery")
_UPPER_BODY = _class_type("upper_body", "strength", 30, "Upper Body Strength")
_LOWER_BODY = _class_type("lower_body", "strength", 30, "Lower Body Strength")
_FULL_BODY = _class_type("full_body", "strength", 30, "Full Body Strength")

_WEEKS: tuple[tuple[str, str, tuple[Activity, ...]], ...] = (
    (
        "3 Rides a Week",
        "Two long steady rides around one harder ride, with a day between each.",
        (REST, _endurance_ride(45), REST, _power_zone_ride(45), REST, _endurance_ride(60), REST),
    ),
    (
        "4 Rides a Week",
        "Two steady rides to begin the week, two harder rides to end it.",
        (_endurance_ride(60), _endurance_ride(45), REST, _power_zone_ride(45), REST, _power_zone_ride(45), REST),
    ),
    (
        "3 Runs a Week",
        "One run at tempo, one long run, one run of intervals.",
        (REST, _TEMPO_RUN, REST, _ENDURANCE_RUN, REST, _INTERVAL_RUN, REST),
    ),
    (
        "2 Runs 2 Rides",
        "Rides and runs in turn, each with a steady and a harder one.",
        (_endurance_ride(45), _TEMPO_RUN, REST, _ENDURANCE_RUN, REST, _power_zone_ride(45), REST),
    ),
    (
        "Recovery and Mobility",
        "A light week of yoga, breath, pilates and mobility.",
        (REST, _YOGA_FLOW, _BREATHWORK, _PILATES, _MOBILITY, _YOGA, _RECOVERY),
    ),
    (
        "Yoga and Core",
        "Yoga and pilates in turn, for balance and a strong middle.",
        (REST, _YOGA_FLOW, _PILATES, _YOGA, _PILATES, _YOGA, REST),
    ),
    (
        "Strength and Recovery",
        "Upper, lower and full body, with recovery between.",
        (REST, _UPPER_BODY, _RECOVERY, _LOWER_BODY, _RECOVERY, _FULL_BODY, REST),
    ),
)

BUILT_IN: tuple[Template, ...] = tuple(
    Template(
        template_id=UUID(int=_FIRST_ID + number),
        title=title,
        description=description,
        weeks=(tuple((activity,) for activity in days),),
        is_built_in=True,
    )
    for number, (title, description, days) in enumerate(_WEEKS)
)


def built_in(template_id: UUID) -> Template | None:
    """The built-in template of that id."""
    return next((template for template in BUILT_IN if template.template_id == template_id), None)
