"""Why a member has these points: every line with its reason, and a team's mean spelled out."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.present.challenges import exact_points, points_text, whole_points
from ctz_gateway.viewmodels.challenges import Correction, Formula, Line
from ctz_gateway.words import day_month, moment

# How far sum ÷ active may be from the mean and still be shown as equal: boards show one decimal.
SHOWN_EQUAL = 0.05
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = {
    pb.POINTS_REASON_MINUTES: "min",
    pb.POINTS_REASON_KILOJOULES: "kJ",
    pb.POINTS_REASON_KILOMETRES: "km",
    pb.POINTS_REASON_TSS: "TSS",
    pb.POINTS_REASON_MINUTES_WITHOUT_FIGURE: "min",
}
REASONS = {
    pb.POINTS_REASON_CORE: "core, as listed",
    pb.POINTS_REASON_CORE_ALTERNATIVE: "core, listed alternative",
    pb.POINTS_REASON_BONUS: "bonus, the core of the week is done",
    pb.POINTS_REASON_WEEKLY_CAP: "taken off: the week’s most is reached",
    pb.POINTS_REASON_NOT_LISTED: "nothing: not on the list of that week",
    pb.POINTS_REASON_ALREADY_DONE: "nothing: an earlier workout did that item",
    pb.POINTS_REASON_BONUS_WAITS: "nothing yet: the bonus waits for the core of its week",
}
CAUSES = {
    "deleted": "the workout was deleted",
    "changed": "the workout was changed or analysed anew",
    "rules": "the rules of the challenge changed",
    "left": "the challenge was left",
    "team": "the team was changed",
}


def lines(explanation: pb.PointsExplanation, *, workout_url: str) -> Sequence[Line]:
    """Every line, newest first; workouts are linked where `workout_url` (`/workouts/`) is given.

    Points of the days in an earlier team stay there, so their sum is not what the team of now has: such lines say it.
    """
    team = explanation.team_row.team
    return [_line(line, workout_url, is_elsewhere=bool(team) and line.team != team) for line in explanation.lines]


def _line(line: pb.PointsLine, workout_url: str, *, is_elsewhere: bool) -> Line:
    kind, _, done_id = line.done.partition("/")
    return Line(
        date_text=_short(line.date),
        title=title_of(line),
        url=f"{workout_url}{done_id}" if workout_url and kind == "workouts" else "",
        why=f"week {line.week}, {reason_words(line)}{', not for the team of now' if is_elsewhere else ''}",
        points=exact_points(line.points),
        counts=bool(line.points),
    )


def title_of(line: pb.PointsLine) -> str:
    """What was done; private sessions have no title, a cap is nothing that was done."""
    if line.title:
        return line.title
    return "The week’s most" if line.reason == pb.POINTS_REASON_WEEKLY_CAP else "Private session"


def reason_words(line: pb.PointsLine) -> str:
    """Why the line is worth what it is: `45 min × 0.5`, `core, as listed`."""
    unit = UNITS.get(line.reason)
    if unit is None:
        return REASONS.get(line.reason, "counted")
    amount = f"{whole_points(round(line.amount, 1))} {unit}"
    text = f"{amount} × {whole_points(line.points_per_unit)}" if line.HasField("points_per_unit") else amount
    if line.reason == pb.POINTS_REASON_MINUTES_WITHOUT_FIGURE:
        return f"{text}, as the rule’s figure is missing"
    return text


def corrections(explanation: pb.PointsExplanation, zone: ZoneInfo, at: datetime) -> Sequence[Correction]:
    """What counted once and was taken back, and when; a line that stands again, as for another team, was not."""
    standing = {_worth(line) for line in explanation.lines}
    found = []
    for each in explanation.corrections:
        if _worth(each.line) in standing:
            continue
        cause = CAUSES.get(each.cause, "it was corrected")
        when = moment(instant(each.correct_time), zone, at)
        day = day_month(date.fromisoformat(each.line.date)) if each.line.date else f"week {each.line.week}"
        found.append(
            Correction(f"{title_of(each.line)}, {day}", f"taken back: {cause} ({when})", exact_points(each.line.points))
        )
    return found


def _worth(line: pb.PointsLine) -> tuple[int, str, str, int, float]:
    return line.week, line.done, line.item, line.reason, line.points


def formula(row: pb.BoardRow) -> Formula | None:
    """Sum ÷ active = mean; None where the row's figures do not make that sum (a total over several weeks)."""
    if row.active_count <= 0 or abs(row.member_sum / row.active_count - row.points) >= SHOWN_EQUAL:
        return None
    total, mean = points_text(row.member_sum), points_text(row.points)
    text = f"{total} points divided by {row.active_count} active members is {mean}"
    return Formula(total, str(row.active_count), mean, row.team_title, text)


def formula_note(row: pb.BoardRow, week: int) -> str:
    """What the mean is of; a total over several weeks is a sum of means, which one division cannot show."""
    if week:
        return f"The mean of the active members in week {week}."
    if formula(row) is not None:
        return "The mean of the active members. Large and small teams are equal."
    total = points_text(row.points)
    return (
        f"{row.team_title} has {total} points: the sum of its weeks’ means. Choose a week to see each one spelled out."
    )


def scoring_sentences(rules: pb.ScoringRules, items: Sequence[pb.ScheduleItem], *, is_team: bool) -> Sequence[str]:
    """How points are given, in sentences; items are spoken of only where the schedule has some."""
    roles = {item.role for item in items}
    found = []
    if is_team:
        found.append(
            "A team’s points of a week are the mean of its active members, so large and small teams are equal."
        )
    if pb.ITEM_ROLE_CORE in roles:
        found.append(f"Each core item gives {whole_points(rules.core_points)} points, once.")
    if pb.ITEM_ROLE_BONUS in roles and rules.bonus_points:
        bonus = whole_points(rules.bonus_points)
        found.append(f"The bonus gives {bonus}, once every core item of its week is done.")
    found.extend(_metric_sentence(rule) for rule in rules.metric_rules)
    if rules.HasField("weekly_cap"):
        found.append(f"Nobody gets more than {whole_points(rules.weekly_cap)} in a week.")
    return found


METRIC_WORDS = {
    pb.SCORED_METRIC_MINUTES: "minute",
    pb.SCORED_METRIC_KILOJOULES: "kilojoule",
    pb.SCORED_METRIC_KILOMETRES: "kilometre",
    pb.SCORED_METRIC_TSS: "point of TSS",
}


def _metric_sentence(rule: pb.MetricRule) -> str:
    where = f" of {', '.join(each.replace('_', ' ') for each in rule.disciplines)}" if rule.disciplines else ""
    what = METRIC_WORDS.get(rule.metric, "unit")
    text = f"Each {what}{where} gives {whole_points(rule.points_per_unit)}."
    if rule.points_per_minute_without:
        text += f" A workout without that figure gives {whole_points(rule.points_per_minute_without)} a minute."
    return text


def _short(day: str) -> str:
    """`10 Jun`; nothing for a line without a day."""
    if not day:
        return ""
    local = date.fromisoformat(day)
    return f"{local.day} {SHORT_MONTHS[local.month - 1]}"


def own_points(view: pb.ChallengeView, week: int) -> float:
    """The person's points in a week, or in all."""
    if not week:
        return view.points
    return next((each.points for each in view.weeks if each.week == week), 0.0)
