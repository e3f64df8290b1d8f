"""What Peloton answers, as small as it can be."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, tzinfo=UTC)
USER = "7f1f9b7e-0000-7000-8000-000000000001"
ROW = {
    "id": "b" * 32,
    "created_at": 1_700_000_000,
    "device_time_created_at": 1_699_981_999,  # a second short of UTC-5, as Peloton sends it at times
    "start_time": 1_700_000_060,
    "end_time": 1_700_001_860,
    "timezone": "Etc/GMT+5",
    "status": "COMPLETE",
    "workout_type": "class",
    "fitness_discipline": "cycling",
    "metrics_type": "cycling",
    "name": "Cycling Workout",
    "title": None,
    "total_work": 256_256.99,
    "device_type": "home_bike_v1",
    "is_total_work_personal_record": True,
    "effort_zones": {
        "total_effort_points": 41.9,
        "heart_rate_zone_durations": {f"heart_rate_z{zone}_duration": zone * 60 for zone in range(1, 6)},
    },
    "ride": {
        "id": "c" * 32,
        "title": "30 min Power Zone Ride",
        "duration": 1800,
        "pedaling_start_offset": 60,
        "class_type_ids": ["665395ff3abf4081bf315686227d1a51"],
        "instructor": {"id": "d" * 32, "name": "Olive Amato"},
    },
}
GRAPH = {
    "duration": 1800,
    "seconds_since_pedaling_start": [1, 2, 3, 5],
    "metrics": [
        {
            "slug": "output",
            "display_name": "Output",
            "display_unit": "watts",
            "average_value": 101,
            "max_value": 120,
            "values": [100, 101, None, 120],
        },
        {
            "slug": "pace",
            "display_unit": "min/mi",
            "values": [None, 18.02, 17.5, 16.0],
            "alternatives": [{"slug": "speed", "display_unit": "mph", "values": [0.0, 3.3, 3.4, 3.5]}],
        },
    ],
    "average_summaries": [{"slug": "avg_output", "value": 101, "display_unit": "watts", "display_name": "Avg Output"}],
    "summaries": [{"slug": "total_output", "value": 256, "display_unit": "kj", "display_name": "Total Output"}],
    "target_metrics_performance_data": {
        "target_metrics": [
            {
                "offsets": {"start": 300, "end": 359},
                "segment_type": "power_zone",
                "metrics": [{"name": "power_zone", "lower": 2, "upper": 2}],
            },
            {
                "offsets": {"start": 60, "end": 60},
                "segment_type": "power_zone",
                "metrics": [{"name": "power_zone", "lower": 1, "upper": 1}],
            },
        ]
    },
    "target_metrics_compliance": {
        "workout_pace_level": "level_4",
        "pace_intensities_mapping": [
            {
                "value": 1,
                "display_name": "Easy",
                "pace_levels": [{"slug": "level_4", "fast_pace": 14.38, "slow_pace": 15.47}],
            },
            {
                "value": 0,
                "display_name": "Recovery",
                "pace_levels": [{"slug": "level_4", "fast_pace": 16.13, "slow_pace": 60.0}],
            },
        ],
    },
    "segment_list": [{"name": "Warm Up", "start_time_offset": 0, "length": 167, "metrics_type": "cycling"}],
    "splits_data": {
        "distance_marker_display_unit": "mi",
        "splits": [{"distance_marker": 0.66, "seconds": 238, "is_best": True}],
    },
    "effort_zones": None,
}
DETAIL = ROW | {
    "ftp_info": {"ftp": 243, "ftp_source": "ftp_manual_source", "ftp_workout_id": None},
    "has_paused": True,
    "pause_time_elapsed": 134,
    "leaderboard_rank": None,
    "total_leaderboard_users": 0,
    "movement_tracker_data": {
        "completed_movements_summary_data": {
            "repetition_summary_data": [
                {
                    "movement_name": "Curl",
                    "tracking_type": "rep_counting",
                    "completed_reps": 12,
                    "weight": [{"weight_data": {"weight_value": 15, "weight_unit": "lb"}}],
                }
            ]
        }
    },
}
CLASS = {
    "ride": ROW["ride"] | {"fitness_discipline": "cycling", "difficulty_rating_avg": 7.1, "difficulty_rating_count": 9},
    "class_types": [{"id": "x", "name": "Power Zone"}],
    "target_metrics_data": GRAPH["target_metrics_performance_data"],
    "is_power_zone_class": True,
    "is_ftp_test": False,
}
ACCOUNT = {
    "id": "a" * 32,
    "username": "rider",
    "total_workouts": 12,
    "cycling_ftp": 200,
    "cycling_ftp_source": "ftp_manual_source",
    "cycling_ftp_workout_id": None,
    "estimated_cycling_ftp": 157,
}
