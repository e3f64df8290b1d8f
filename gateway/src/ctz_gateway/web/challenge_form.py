"""The builder's form read back as it was sent."""

from werkzeug.datastructures import MultiDict

from ctz_gateway.present.challenge_draft import (
    BONUS,
    CORE,
    MAX_ALTERNATIVES,
    MAX_RULES,
    MAX_WEEKS,
    ActivityDraft,
    Draft,
    ItemDraft,
    RuleDraft,
)
from ctz_gateway.web.forms import one_line

FIELDS = (
    "title", "kind", "mode", "start", "end", "zone", "audience", "join_until", "capacity", "team_capacity",
    "core_points", "bonus_points", "weekly_cap", "revision", "idempotency_key",
)  # fmt: skip
LONGEST_DESCRIPTION = 4000
MAX_ITEMS = 26 * 14


def read(sent: MultiDict[str, str]) -> Draft:
    """The form as it was sent; rows are numbered without gaps."""
    given = {name: one_line(sent.get(name, "")) for name in FIELDS}
    given["description"] = sent.get("description", "")[:LONGEST_DESCRIPTION].replace("\r\n", "\n")
    rules, items = [], []
    for number in range(MAX_RULES):
        if f"m{number}.metric" not in sent:
            break
        rules.append(_rule(sent, f"m{number}"))
    for number in range(MAX_ITEMS):
        if f"i{number}.w" not in sent:
            break
        items.append(_item(sent, f"i{number}"))
    return Draft(given, tuple(rules), tuple(items))


def _rule(sent: MultiDict[str, str], key: str) -> RuleDraft:
    return RuleDraft(
        metric=one_line(sent.get(f"{key}.metric", "")),
        per=one_line(sent.get(f"{key}.per", "")),
        without=one_line(sent.get(f"{key}.without", "")),
        disciplines=tuple(one_line(each) for each in sent.getlist(f"{key}.on")),
    )


def _item(sent: MultiDict[str, str], key: str) -> ItemDraft:
    alternatives = []
    for number in range(MAX_ALTERNATIVES):
        if f"{key}a{number}.what" not in sent:
            break
        alternatives.append(_activity(sent, f"{key}a{number}"))
    return ItemDraft(
        week=_whole(sent.get(f"{key}.w", ""), 1),
        role=BONUS if sent.get(f"{key}.r") == BONUS else CORE,
        day=one_line(sent.get(f"{key}.d", "0")),
        name=one_line(sent.get(f"{key}.n", "")),
        activity=_activity(sent, key),
        alternatives=tuple(alternatives),
    )


def _activity(sent: MultiDict[str, str], key: str) -> ActivityDraft:
    what, minutes, title, class_ref = (
        one_line(sent.get(f"{key}.{name}", "")) for name in ("what", "min", "title", "ref")
    )
    return ActivityDraft(what, minutes, title, class_ref)


def _whole(text: str, otherwise: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000") else otherwise
    return min(max(number, 1), MAX_WEEKS)
