"""What the fidelity test knows beside the digests: documented key paths, and those that the product reads."""

import pytest

Paths = dict[str, dict[str, set[str]]]

# Key paths that peloton-api.md documents but no recording shows: kind of payload, key path, JSON types. Comments name
# the sections that they are taken from.
_DOCUMENTED: Paths = {
    # Section 4.1 lists these keys of /api/me (a notebook's key list); the recorded body is of 2020.
    # Section 6: a tested FTP names its workout.
    "me": {
        "allow_marketing": {"boolean"},
        "is_effort_score_enabled": {"boolean"},
        "locale": {"string"},
        "weight_unit": {"string"},
        "height_unit": {"string"},
        "cycling_ftp_workout_id": {"string", "null"},
    },
    # Sections 4.2 and 7: rows of workouts still in progress have no end.
    "workouts_list": {"data[].end_time": {"integer", "null"}},
    # Sections 4.3 and 6: the test in force, and `joins=user` on a single workout (section 3).
    "workout": {"ftp_info.ftp_workout_id": {"string", "null"}, "user": {"object"}},
    # Section 4.4.3: GPS segments carry an id or null; altitude has neither average nor maximum.
    "performance_graph": {
        "location_data[].segment_id": {"string", "null"},
        "metrics[].average_value": {"number", "null"},
        "metrics[].max_value": {"number", "null"},
    },
    # Section 4.5: scenic rides of a fixed distance have no duration.
    "ride": {
        "duration": {"integer", "null"},
        "distance": {"integer", "null"},
        "distance_unit": {"string", "null"},
        "distance_display_value": {"string", "null"},
    },
    # Section 3: the envelope of every list echoes the limit.
    "ride_archived": {"limit": {"integer"}},
    # Section 4.5: the top level of details; section 5: targets and pace tables (the recorded details are of 2019).
    "ride_details": {
        # Classes without music have none (section 4.5).
        "playlist": {"null"},
        "class_types": {"array"},
        "class_types[]": {"object"},
        "class_types[].id": {"string"},
        "class_types[].name": {"string"},
        "events": {"object"},
        "events.data": {"array"},
        "sampled_top_tags": {"array"},
        "segments.segment_list[].subsegments_v2": {"array"},
        "segments.segment_list[].subsegments_v2[]": {"object"},
        "segments.segment_list[].subsegments_v2[].id": {"string"},
        "segments.segment_list[].subsegments_v2[].type": {"string"},
        "segments.segment_list[].subsegments_v2[].display_name": {"string"},
        "segments.segment_list[].subsegments_v2[].scheduled_offset": {"integer"},
        "segments.segment_list[].subsegments_v2[].offset": {"integer"},
        "segments.segment_list[].subsegments_v2[].length": {"integer"},
        "segments.segment_list[].subsegments_v2[].rounds": {"integer"},
        "segments.segment_list[].subsegments_v2[].trackable_movements_disabled": {"boolean"},
        "segments.segment_list[].subsegments_v2[].movements": {"array"},
        "segments.segment_list[].subsegments_v2[].movements[]": {"object"},
        "segments.segment_list[].subsegments_v2[].movements[].id": {"string"},
        "segments.segment_list[].subsegments_v2[].movements[].name": {"string"},
        "segments.segment_list[].subsegments_v2[].movements[].slug": {"string"},
        "target_metrics_data.total_expected_output": {"object"},
        "target_metrics_data.total_expected_output.expected_upper_output": {"integer"},
        "target_metrics_data.total_expected_output.expected_lower_output": {"integer"},
        "target_metrics_data.pace_intensities": {"array"},
        "target_metrics_data.pace_intensities[]": {"object"},
        "target_metrics_data.pace_intensities[].value": {"integer"},
        "target_metrics_data.pace_intensities[].display_name": {"string"},
        "target_metrics_data.pace_intensities[].pace_levels": {"array"},
        "target_metrics_data.pace_intensities[].pace_levels[]": {"object"},
        "target_metrics_data.pace_intensities[].pace_levels[].slug": {"string"},
        "target_metrics_data.pace_intensities[].pace_levels[].display_name": {"string"},
        "target_metrics_data.pace_intensities[].pace_levels[].fast_pace": {"number"},
        "target_metrics_data.pace_intensities[].pace_levels[].slow_pace": {"number"},
        # Speeds and inclines of the tread are not whole.
        "target_metrics_data.target_metrics[].metrics[].lower": {"number"},
        "target_metrics_data.target_metrics[].metrics[].upper": {"number"},
    },
}

# Key paths that the product reads: the simulator must send every one of them somewhere in its answers.
_READ_BY_THE_PRODUCT: dict[str, tuple[str, ...]] = {
    "me": (
        "id",
        "username",
        "cycling_ftp",
        "cycling_ftp_source",
        "cycling_ftp_workout_id",
        "cycling_workout_ftp",
        "estimated_cycling_ftp",
        "default_max_heart_rate",
        "total_workouts",
    ),
    "workouts_list": (
        "data[].id",
        "data[].created_at",
        "data[].start_time",
        "data[].end_time",
        "data[].device_time_created_at",
        "data[].timezone",
        "data[].status",
        "data[].workout_type",
        "data[].fitness_discipline",
        "data[].metrics_type",
        "data[].name",
        "data[].title",
        "data[].total_work",
        "data[].peloton_id",
        "data[].ride",
        "data[].effort_zones.total_effort_points",
        "data[].effort_zones.heart_rate_zone_durations.heart_rate_z5_duration",
        "total",
        "count",
        "page",
        "limit",
        "page_count",
        "show_next",
        "summary.*",
    ),
    "ride": (
        "id",
        "title",
        "duration",
        "pedaling_start_offset",
        "pedaling_duration",
        "fitness_discipline",
        "instructor_id",
        "class_type_ids[]",
        "difficulty_estimate",
        "scheduled_start_time",
        "original_air_time",
        "has_tread_pace_target",
        "instructor",
        "availability.is_available",
    ),
    "instructor": ("id", "name"),
    "workout": (
        "id",
        "created_at",
        "start_time",
        "total_work",
        "has_paused",
        "pause_time_elapsed",
        "leaderboard_rank",
        "total_leaderboard_users",
        "ftp_info.ftp",
        "ftp_info.ftp_source",
        "ftp_info.ftp_workout_id",
        "movement_tracker_data.completed_movements_summary_data.repetition_summary_data[].movement_name",
        "achievement_templates[].slug",
    ),
    "performance_graph": (
        "duration",
        "seconds_since_pedaling_start[]",
        "average_summaries[].slug",
        "average_summaries[].value",
        "summaries[].slug",
        "summaries[].value",
        "summaries[].display_unit",
        "metrics[].slug",
        "metrics[].values[]",
        "metrics[].display_unit",
        "metrics[].max_value",
        "metrics[].average_value",
        "metrics[].zones[].duration",
        "metrics[].missing_data_duration",
        "metrics[].alternatives[].slug",
        "segment_list[].start_time_offset",
        "splits_data.splits[].seconds",
        "splits_metrics.metrics[].data[].value",
        "target_metrics_performance_data.target_metrics[].offsets.start",
        "target_metrics_performance_data.target_metrics[].offsets.end",
        "target_metrics_performance_data.target_metrics[].segment_type",
        "target_metrics_performance_data.target_metrics[].metrics[].name",
        "target_metrics_performance_data.target_metrics[].metrics[].lower",
        "target_metrics_performance_data.time_in_metric[].value",
        "target_metrics_compliance.workout_pace_level",
        "target_metrics_compliance.pace_intensities_mapping[].pace_levels[].fast_pace",
        "effort_zones.total_effort_points",
        "location_data[].coordinates[].latitude",
        "caesar_metrics.output.data[].stroke_rate",
    ),
    "ride_details": (
        "is_ftp_test",
        "is_power_zone_class",
        "class_types[].name",
        "target_metrics_data.target_metrics[].offsets.start",
        "target_metrics_data.target_metrics[].metrics[].upper",
        "target_metrics_data.pace_intensities[].pace_levels[].slow_pace",
        "segments.segment_list[].name",
    ),
    "calendar": ("months[].active_days[]",),
    "peloton_session": ("ride_id",),
}


@pytest.fixture(scope="session")
def documented() -> Paths:
    """Key paths that are documented but not recorded."""
    return _DOCUMENTED


@pytest.fixture(scope="session")
def read_by_the_product() -> dict[str, tuple[str, ...]]:
    """Key paths that the product reads."""
    return _READ_BY_THE_PRODUCT
