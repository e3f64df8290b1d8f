"""The member: GET /api/me, /api/user/{id} and the profile extras."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ctz_simulator.domain.models import Baseline, Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.ride import DISPLAY_NAMES, IMAGES
from ctz_simulator.payloads.workout import achievement
from ctz_simulator.series.heart import ZONE_SHARES
from ctz_simulator.spec import RiderSpec
from ctz_simulator.timefields import local_date

_WEIGHT_KG, _HEIGHT_CM = 75.0, 178.0
_POUNDS_PER_KG, _INCHES_PER_CM = 2.20462, 0.393701


@dataclass(frozen=True, slots=True)
class Member:
    """What the profile pages need to know of a rider."""

    user_id: str
    spec: RiderSpec
    maximum_heart_rate: int
    ftp: Baseline
    estimated_ftp: int
    created_at: int


def public_user(member: Member, workouts: Sequence[Workout]) -> JsonObject:
    """What another member or a joined `user` shows."""
    pedalled = sum(1 for workout in workouts if workout.total_work and workout.traits.metrics_type == "cycling")
    return {
        "id": member.user_id,
        "username": member.spec.username,
        "location": "Nowhere",
        "image_url": f"{IMAGES}/member/{member.user_id}.png",
        "is_profile_private": False,
        "is_provisional": False,
        "block_explicit": False,
        "created_at": member.created_at,
        "last_workout_at": workouts[-1].created_at if workouts else None,
        "total_workouts": len(workouts),
        "total_pedaling_metric_workouts": pedalled,
        "total_non_pedaling_metric_workouts": len(workouts) - pedalled,
        "total_followers": 0,
        "total_following": 0,
        "workout_counts": workout_counts(workouts),
    }


def workout_counts(workouts: Iterable[Workout]) -> list[JsonObject]:
    """How many workouts of each discipline."""
    counted = Counter(workout.traits.discipline for workout in workouts)
    return [
        {"name": name, "slug": slug, "count": counted[slug], "icon_url": f"{IMAGES}/count/{slug}.png"}
        for slug, name in DISPLAY_NAMES.items()
    ]


def me(member: Member, workouts: Sequence[Workout]) -> JsonObject:
    """GET /api/me."""
    spec = member.spec
    return (
        public_user(member, workouts)
        | _person(member)
        | _body(member)
        | _ftp(member)
        | {
            "is_demo": False,
            "is_complete_profile": True,
            "has_signed_waiver": True,
            "has_active_device_subscription": True,
            "has_active_digital_subscription": False,
            "subscription_credits": 0,
            "can_charge": True,
            "is_strava_authenticated": False,
            "is_fitbit_authenticated": False,
            "allow_marketing": False,
            "is_effort_score_enabled": spec.heart_rate,
            "contract_agreements": [],
            "paired_devices": [],
            "quick_hits": {"quick_hits_enabled": True, "speed_shortcuts": None, "incline_shortcuts": None},
            "total_pending_followers": 0,
        }
    )


def _person(member: Member) -> JsonObject:
    name = member.spec.username
    return {
        "name": f"{name} Simulated",
        "first_name": name,
        "last_name": "Simulated",
        "middle_initial": "",
        "email": f"{name}@example.invalid",
        "obfuscated_email": "0" * 64,
        "phone_number": "",
        "gender": "unspecified",
        "birthday": 0,
        "created_country": None,
        "locale": "en-US",
        "instructor_id": None,
        "member_groups": [],
        "referral_code": member.user_id,
    }


def _body(member: Member) -> JsonObject:
    metric = member.spec.metric_units
    top = member.maximum_heart_rate
    return {
        "weight": _WEIGHT_KG if metric else round(_WEIGHT_KG * _POUNDS_PER_KG, 1),
        "weight_unit": "metric" if metric else "imperial",
        "height": _HEIGHT_CM if metric else round(_HEIGHT_CM * _INCHES_PER_CM, 1),
        "height_unit": "metric" if metric else "imperial",
        "default_max_heart_rate": top,
        "customized_max_heart_rate": 0,
        "default_heart_rate_zones": [0, *(round(top * share, 1) for share in ZONE_SHARES)],
        "customized_heart_rate_zones": [],
    }


def _ftp(member: Member) -> JsonObject:
    """The FTP fields: a tested one fills `cycling_workout_ftp`, a typed one only `cycling_ftp`."""
    ftp = member.ftp
    return {
        "cycling_ftp": ftp.watts if ftp.source != "ftp_estimated_source" else 0,
        "cycling_ftp_source": ftp.source,
        "cycling_ftp_workout_id": ftp.workout_id,
        "cycling_workout_ftp": ftp.watts if ftp.workout_id else 0,
        "estimated_cycling_ftp": member.estimated_ftp,
    }


def settings(member: Member) -> JsonObject:
    """GET /api/user/{id}/settings."""
    unit = "metric" if member.spec.metric_units else "imperial"
    return {
        "weight_unit": unit,
        "height_unit": unit,
        "distance_unit": unit,
        "timezone": 0,
        "privacy": {"is_profile_private": False, "workout_maps_private": False},
        "auto_post_workout_to_strava": False,
    }


def calendar(workouts: Sequence[Workout]) -> JsonObject:
    """GET /api/user/{id}/calendar: active days by month, newest month first."""
    days: dict[tuple[int, int], set[int]] = {}
    for workout in workouts:
        day = local_date(workout.created_at, workout.utc_offset)
        days.setdefault((day.year, day.month), set()).add(day.day)
    months = sorted(days.items(), reverse=True)
    return {"months": [{"year": y, "month": m, "active_days": sorted(found)} for (y, m), found in months]}


def overview(member: Member, workouts: Sequence[Workout]) -> JsonObject:
    """GET /api/user/{id}/overview."""
    counts = [count | {"workout_name": count["name"]} for count in workout_counts(workouts)]
    return {
        "id": member.user_id,
        "workout_counts": {"total_workouts": len(workouts), "workouts": counts},
        "personal_records": [{"name": "Cycling", "slug": "cycling", "records": _records(workouts)}],
        "streaks": {"current_weekly": 0, "best_weekly": 0, "start_date_of_current_weekly": None},
        "achievements": [achievement("best_output", "Best Output")],
    }


def _records(workouts: Sequence[Workout]) -> list[JsonObject]:
    """The best total output by class length, in kJ."""
    best: dict[int, Workout] = {}
    for workout in workouts:
        if workout.is_personal_record:
            best[workout.duration] = workout
    return [
        {
            "name": f"{seconds // 60} min",
            "slug": f"{seconds}",
            "value": round(workout.total_work / 1000),
            "raw_value": workout.total_work / 1000,
            "unit": "kj",
            "unit_slug": "kj",
            "workout_id": workout.id,
            "workout_date": local_date(workout.created_at, workout.utc_offset).isoformat(),
        }
        for seconds, workout in sorted(best.items())
    ]


def achievements(workouts: Sequence[Workout]) -> JsonObject:
    """GET /api/user/{id}/achievements."""
    count = sum(1 for workout in workouts if workout.is_personal_record)
    template = achievement("best_output", "Best Output")
    template.pop("achievement_count")
    return {
        "categories": [
            {"name": "Performance", "slug": "performance", "achievements": [{"count": count, "template": template}]}
        ]
    }
