"""The builder's form as its page shows it: weeks with their rows, choices, errors beside what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import available_timezones

from ctz_gateway.present import activities
from ctz_gateway.present.challenge_draft import BONUS, MAX_WEEKS, ActivityDraft, Draft, ItemDraft, RuleDraft
from ctz_gateway.present.rows import DISCIPLINES
from ctz_gateway.viewmodels.challenge_form import (
    ActivityRow,
    BuilderPage,
    ChoiceGroup,
    ItemRow,
    RuleRow,
    WeekRows,
)
from ctz_gateway.viewmodels.common import Form, Note, Option
from ctz_gateway.words import WEEKDAYS, span

KIND_CHOICES = (
    ("cycling", "Cycling"),
    ("running", "Running"),
    ("strength", "Strength"),
    ("yoga", "Yoga"),
    ("mixed", "Mixed"),
)
MODE_CHOICES = (("team", "Teams"), ("individual", "Everybody alone"))
AUDIENCES = (("all", "Everybody"), ("code", "Only with the code"))
METRIC_CHOICES = (
    ("minutes", "minute"),
    ("kilojoules", "kilojoule"),
    ("kilometres", "kilometre"),
    ("tss", "point of TSS"),
)
WRONG = Note("Look at the marked fields. Nothing was saved yet.", tone="bad", icon="alert")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page needs besides the draft."""

    challenge_id: str
    title: str
    action: str
    is_draft: bool
    join_code: str
    join_url: str
    routines: Sequence[Option]


def builder_page(draft: Draft, shown: Shown, errors: Mapping[str, str], problem: Note | None = None) -> BuilderPage:
    """The form with every row; `errors` are by field or row."""
    given = draft.given
    return BuilderPage(
        form=Form(given, dict(errors), problem or (WRONG if errors else None)),
        challenge_id=shown.challenge_id,
        title=shown.title,
        action=shown.action,
        revision=given["revision"],
        key=given["idempotency_key"],
        kinds=_options(KIND_CHOICES, given["kind"]),
        modes=_options(MODE_CHOICES, given["mode"]),
        zones=[Option(name, name.replace("_", " "), name == given["zone"]) for name in sorted(available_timezones())],
        audiences=_options(AUDIENCES, given["audience"]),
        rules=[_rule(rule, number, errors) for number, rule in enumerate(draft.rules)],
        weeks=_weeks(draft, errors),
        choices=_choices(shown.routines),
        schedule_error=errors.get("items", ""),
        is_draft=shown.is_draft,
        join_code=shown.join_code,
        join_url=shown.join_url,
    )


def _options(choices: Sequence[tuple[str, str]], chosen: str) -> Sequence[Option]:
    return [Option(value, label, value == chosen) for value, label in choices]


def _choices(routines: Sequence[Option]) -> Sequence[ChoiceGroup]:
    """Every choice of a row, once for the page: the rows mark their own."""
    disciplines = activities.discipline_options("")
    groups = [
        ChoiceGroup("Type of class", [Option(f"t:{each.value}", each.label) for each in activities.type_options("")]),
        ChoiceGroup("Any class of", [Option(f"d:{each.value}", each.label) for each in disciplines]),
        ChoiceGroup("One class", [Option("c", "A class by its link")]),
    ]
    if routines:
        groups.append(ChoiceGroup("Exercises", [Option(f"r:{each.value}", each.label) for each in routines]))
    return groups


def _weeks(draft: Draft, errors: Mapping[str, str]) -> Sequence[WeekRows]:
    first, count = _span(draft)
    used = max((item.week for item in draft.items), default=0)
    numbers = range(1, max(count, used, 1) + 1)
    return [_week(draft, number, first, errors, is_last=number == len(numbers)) for number in numbers]


def _span(draft: Draft) -> tuple[date | None, int]:
    """First day and number of weeks, as far as the typed days tell."""
    try:
        first, last = date.fromisoformat(draft.given["start"]), date.fromisoformat(draft.given["end"])
    except ValueError:
        return None, 0
    return first, min(max((last - first).days // 7 + 1, 1), MAX_WEEKS)


def _week(draft: Draft, number: int, first: date | None, errors: Mapping[str, str], *, is_last: bool) -> WeekRows:
    start = first + timedelta(days=7 * (number - 1)) if first is not None and first.year < date.max.year else None
    members = [(index, item) for index, item in enumerate(draft.items) if item.week == number]
    core = [(index, item) for index, item in members if item.role != BONUS]
    bonus = [(index, item) for index, item in members if item.role == BONUS]
    rows = [_item(item, index, f"Core {place}", start, errors) for place, (index, item) in enumerate(core, 1)]
    rows += [_item(item, index, "Bonus", start, errors) for index, item in bonus]
    return WeekRows(
        number=number,
        title=f"Week {number}",
        dates=span(start, start + timedelta(days=6)) if start is not None else "",
        items=rows,
        has_bonus=bool(bonus),
        is_last=is_last,
    )


def _item(item: ItemDraft, number: int, label: str, start: date | None, errors: Mapping[str, str]) -> ItemRow:
    key = f"i{number}"
    days = [(start + timedelta(days=day)).weekday() if start is not None else day for day in range(7)]
    return ItemRow(
        key=key,
        number=number,
        label=label,
        name=item.name,
        week=item.week,
        role=item.role,
        days=[Option(str(day), WEEKDAYS[weekday], str(day) == item.day) for day, weekday in enumerate(days)],
        activity=_activity(item.activity, key, errors),
        alternatives=[_activity(each, f"{key}a{place}", errors) for place, each in enumerate(item.alternatives)],
    )


def _activity(draft: ActivityDraft, prefix: str, errors: Mapping[str, str]) -> ActivityRow:
    return ActivityRow(
        prefix=prefix,
        what=draft.what,
        minutes=draft.minutes,
        title=draft.title,
        class_ref=draft.class_ref,
        asks_class=draft.what == "c",
        error=errors.get(prefix, ""),
        is_new=draft.is_new,
    )


def _rule(rule: RuleDraft, number: int, errors: Mapping[str, str]) -> RuleRow:
    key = f"m{number}"
    return RuleRow(
        key=key,
        number=number,
        metrics=_options(METRIC_CHOICES, rule.metric),
        per=rule.per,
        without=rule.without,
        disciplines=[Option(slug, name, slug in rule.disciplines) for slug, name in DISCIPLINES.items()],
        error=errors.get(key, ""),
        is_new=rule.is_new,
    )
