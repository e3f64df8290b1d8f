"""What arrived beside what it must be: every workout once, every figure as the rules have it."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_local.check.facts import Facts
from ctz_local.check.pages import Page, Row
from ctz_local.check.recording import Expected, Reported
from ctz_local.check.report import CheckReport

_CLOSE: Final = 1e-5
# Half a unit of what a page rounds to, and what binary fractions may add.
_ROUNDING: Final = 0.5 + 1e-6
_NUMBER: Final = re.compile(r"-?[\d,]*\.?\d+")
_HUNDRED: Final = 100
_KILOJOULES: Final = "kj"
# Longer recordings are thinned for the chart.
_MOST_POINTS: Final = 5_400


class Comparison:
    """Notes every difference of a workout under its title and day."""

    def __init__(self, report: CheckReport) -> None:
        self._report = report
        self.compared = 0

    def match(self, held: Sequence[Facts], arrived: Iterable[Any]) -> list[tuple[Facts, Any]]:
        """Pair what the simulator holds with what arrived, each exactly once; anything with `start_time` will do."""
        waiting: dict[tuple[int, str], list[Any]] = {}
        for workout in arrived:
            waiting.setdefault((workout.start_time.seconds, workout.discipline), []).append(workout)
        pairs = []
        for facts in held:
            found = waiting.get(facts.key, [])
            if not found:
                self._report.say_missing(f"{facts.title} of {facts.day} ({facts.source_id})")
                continue
            same = next((workout for workout in found if workout.title == facts.title), found[0])
            found.remove(same)
            pairs.append((facts, same))
        for workout in (workout for left in waiting.values() for workout in left):
            self._report.say_doubled(f"{workout.title} of {workout.local_date} ({workout.name})")
        return pairs

    def listed(self, facts: Facts, expected: Expected | None, shown: pb.Workout) -> None:
        """Compare an entry of the list; `expected` is None for a workout without a chart."""
        where = f"{facts.title} of {facts.day}"
        self.same(where, "title", facts.title, shown.title)
        self.same(where, "day", facts.day or shown.local_date, shown.local_date)
        self.same(where, "instructor", facts.instructor, shown.instructor)
        self.number(where, "work", _work(facts, expected), value_of(shown, "work_kilojoules") or None)
        if expected is None:
            self.number(where, "duration", facts.reported_seconds, value_of(shown, "duration_seconds"))
            expected = Expected()
        elif expected.recorded_seconds is not None:
            self.number(where, "duration", expected.recorded_seconds, value_of(shown, "duration_seconds"))
        self.number(where, "effort", facts.effort_points, value_of(shown, "effort_points"))
        self.number(where, "heart rate", expected.mean_heart_rate_bpm, value_of(shown, "mean_heart_rate_bpm"))
        self.number(where, "mean power", expected.mean_power_watts, value_of(shown, "mean_power_watts"))
        distance = expected.totals.get("distance")
        told = Reported(shown.distance.value, shown.distance.unit) if shown.HasField("distance") else None
        self.same(where, "distance", distance, told)
        self.number(where, "NP", expected.normalized_power_watts, value_of(shown, "normalized_power_watts"))
        self.number(where, "TSS", expected.training_stress_score, value_of(shown, "training_stress_score"))
        self.same(where, "zone seconds", list(expected.zone_seconds), list(shown.zone_seconds))
        if expected.is_target_known:
            self.number(where, "target share", expected.target_share, value_of(shown, "target_share"))

    def viewed(self, facts: Facts, expected: Expected, view: pb.WorkoutView) -> None:
        """Compare everything that the detail of a workout with a chart tells."""
        where, analysis = f"detail of {facts.title} of {facts.day}", view.analysis
        for name, reported, told in (
            ("total", expected.totals, view.totals),
            ("average", expected.averages, view.averages),
        ):
            self.same(where, f"{name}s", dict(reported), {one.slug: Reported(one.value, one.unit) for one in told})
        for name, figure in (
            ("normalized_power_watts", expected.normalized_power_watts),
            ("intensity_factor", expected.intensity_factor),
            ("training_stress_score", expected.training_stress_score),
            ("variability_index", expected.variability_index),
            ("work_kilojoules", expected.work_kilojoules),
            ("ftp_watts", expected.ftp_watts),
        ):
            self.number(where, name, figure, value_of(analysis, name))
        self.same(where, "zone seconds", list(expected.zone_seconds), list(analysis.zone_seconds))
        if expected.recorded_seconds is not None:
            self.same(where, "recorded seconds", expected.recorded_seconds, analysis.recorded_seconds)
        if expected.is_target_known:
            counted = (expected.in_target_seconds or 0, expected.called_seconds or 0)
            told_seconds = (analysis.in_target_seconds, analysis.called_seconds)
            self.same(where, "seconds in target and called", counted, told_seconds)
        if expected.is_coarse and expected.zone_seconds == ():
            self.same(where, "reason", pb.ABSENT_REASON_COARSE_SERIES, self._reason(analysis))

    def row(self, facts: Facts, expected: Expected | None, row: Row) -> None:
        """Compare a row of the history page."""
        where, found = f"history row {facts.title} of {facts.day}", expected or Expected()
        self.same(where, "title", " ".join(facts.title.split()), row.title)
        if facts.day is not None:
            self.same(where, "day", str(date.fromisoformat(facts.day).day), row.day)
        if facts.instructor:
            self.same(where, "instructor", facts.instructor, row.who)
        self._shown(where, row.figures, {"work": _work(facts, expected), "NP": found.normalized_power_watts})
        self._shown(where, row.figures, {"load": found.training_stress_score})
        if found.is_target_known:
            share = found.target_share
            self._shown(where, row.figures, {"in target": None if share is None else _HUNDRED * share})
        self._shown(where, row.figures, {"heart": found.mean_heart_rate_bpm})

    def page(self, facts: Facts, expected: Expected | None, page: Page) -> None:
        """Compare the page of a workout."""
        where, found = f"page of {facts.title} of {facts.day}", expected or Expected()
        self.same(where, "title", " ".join(facts.title.split()), page.heading())
        tiles = page.tiles()
        self._shown(where, tiles, {"Normalized power": found.normalized_power_watts, "Work": _work(facts, expected)})
        self._shown(where, tiles, {"Load": found.training_stress_score, "Heart rate": found.mean_heart_rate_bpm})
        self._shown(where, tiles, {"Intensity": found.intensity_factor}, step=0.01)
        if found.is_target_known:
            share = found.target_share
            self._shown(where, tiles, {"In target": None if share is None else _HUNDRED * share})
        if found.is_coarse:
            self.same(where, "remark on the coarse recording", True, "A coarse recording." in page.words())  # noqa: FBT003

    def chart(self, facts: Facts, expected: Expected, drawn: Mapping[str, Any]) -> None:
        """Compare the clock of a chart: every recorded second has its place, unless the chart was thinned."""
        seconds = [first + step * at for first, count, step in drawn["clock"] for at in range(count)]
        if len(expected.seconds) <= _MOST_POINTS:
            self.same(f"chart of {facts.title} of {facts.day}", "clock", list(expected.seconds), seconds)
        for slug, metric in drawn["metrics"].items():
            self.same(
                f"chart of {facts.title} of {facts.day}", f"length of {slug}", len(seconds), len(metric["values"])
            )

    def same(self, where: str, what: str, expected: object, found: object) -> None:
        """Compare two things that must be equal."""
        self.compared += 1
        if expected != found:
            self._report.say_differing(f"{where}: {what} is {found!r}, must be {expected!r}")

    def number(self, where: str, what: str, expected: float | None, found: float | None) -> None:
        """Compare two numbers, or that both are absent."""
        self.compared += 1
        both = expected is not None and found is not None
        if both and math.isclose(expected or 0, found or 0, rel_tol=_CLOSE, abs_tol=_CLOSE):
            return
        if both or (expected is None) != (found is None):
            self._report.say_differing(f"{where}: {what} is {found!r}, must be {expected!r}")

    def _shown(
        self, where: str, figures: Mapping[str, str | None], wanted: Mapping[str, float | None], step: float = 1
    ) -> None:
        """Compare rounded figures, where the page has a place for them."""
        for label, expected in wanted.items():
            if label not in figures:
                continue
            self.compared += 1
            text = figures[label]
            found = _NUMBER.match(text) if text is not None else None
            shown = float(found[0].replace(",", "")) if found else None
            if shown is None or expected is None:
                # Who never pushed has figures of zero, for which a page may say that there is nothing to show.
                if shown is not None or expected:
                    self._report.say_differing(f"{where}: shows {label} {text!r}, must be {expected!r}")
            elif abs(shown - expected) > _ROUNDING * step:
                self._report.say_differing(f"{where}: shows {label} {text!r}, must be {expected!r}")

    @staticmethod
    def _reason(analysis: pb.Analysis) -> "pb.AbsentReason.ValueType":
        not_of_power = (pb.ABSENT_REASON_NO_POWER, pb.ABSENT_REASON_NOT_APPLICABLE)
        reason = analysis.power_absent_reason
        return pb.ABSENT_REASON_COARSE_SERIES if reason in not_of_power else reason


def _work(facts: Facts, expected: Expected | None) -> float | None:
    """Return the work in kJ as the list tells it, else as the totals do."""
    total = expected.totals.get("total_output") if expected is not None else None
    if facts.work_kilojoules is None and total is not None and total.unit == _KILOJOULES:
        return total.value or None
    return facts.work_kilojoules


def value_of(message: Any, name: str) -> float | None:
    """Return an optional field; None when it is absent."""
    return getattr(message, name) if message.HasField(name) else None
