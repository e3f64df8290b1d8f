"""Rows of the authorization matrix: what follows from all workouts of a person."""

from collections.abc import Mapping

from .cells import HIDDEN, NOBODY, OWN, Outcome, Row

YEAR = 2026

MATRIX: Mapping[str, Row] = {
    "workouts AnalyticsService/GetPowerProfile": Row(HIDDEN, lambda things: {"workout": things.workout}),
    "workouts AnalyticsService/GetFitness": Row(OWN, lambda _: {"from_date": "2026-08-01", "to_date": "2026-11-22"}),
    "workouts AnalyticsService/GetRecords": Row(OWN),
    "workouts AnalyticsService/GetEddington": Row(OWN),
    "workouts AnalyticsService/GetMilestones": Row(OWN),
    "workouts AnalyticsService/GetYear": Row(OWN, lambda _: {"year": YEAR}),
    "workouts AnalyticsService/CreateYearShare": Row(OWN, lambda _: {"year": YEAR}),
    "workouts AnalyticsService/RevokeYearShare": Row(OWN, lambda _: {"year": YEAR}),
    # Whoever has the link; the secret in it is the key.
    "workouts AnalyticsService/GetSharedYear": Row(NOBODY),
}
REFERENCES: Mapping[str, Outcome] = {
    "workouts AnalyticsService/GetPowerProfile workout": HIDDEN,
}
