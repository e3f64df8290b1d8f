"""Targets that riders recorded: as lists show them, as the editor asks for them, read back from what was typed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import classes_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.present import class_chart
from ctz_gateway.present.class_chart import PACE, PACE_NAMES, POWER_ZONE, RUNNING_NAMES
from ctz_gateway.present.zones import NAMES
from ctz_gateway.viewmodels.class_targets import RecordedRow, RecordingRow
from ctz_gateway.viewmodels.common import Option, Tag
from ctz_gateway.words import day_month_year, duration, plural, thousands

HOUR, MINUTE = 3600, 60
BLANK_ROWS, MORE_ROWS, MOST_ROWS = 8, 12, 300
CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
EN_DASH = "\N{EN DASH}"
UNITS = {"cadence": "rpm", "resistance": "resistance", "incline": "incline", "speed": "mph", "stroke_rate": "strokes"}
METRIC_OF_UNIT = {unit: metric for metric, unit in UNITS.items()}
FIGURES = re.compile(rf"(-?\d{{1,3}}(?:\.\d)?)(?:\s*-\s*(-?\d{{1,3}}(?:\.\d)?))?(?:\s+({'|'.join(METRIC_OF_UNIT)}))?")
PACED = frozenset({"running", "walking", "caesar", "circuit", "caesar_bootcamp"})


@dataclass(frozen=True, slots=True)
class Typed:
    """The rows of the editor and what they mean; with an error in any row the blocks count for nothing."""

    rows: Sequence[RecordingRow]
    blocks: Sequence[training.TargetBlock]

    @property
    def is_right(self) -> bool:
        """Whether every row can be read, and there is one."""
        return bool(self.blocks) and not any(row.error for row in self.rows)


def recorded_row(found: classes_pb2.RecordedTargets, seconds: int, view: classes_pb2.ClassView) -> RecordedRow | None:
    """One set of targets for a class of so many seconds; None where it draws nothing."""
    listed = class_chart.calls(found.blocks, class_chart.length_of(found.blocks, 0, seconds))
    drawn = class_chart.class_chart(listed, listed[-1].end if listed else 0, view.library_class.discipline)
    if drawn is None:
        return None
    is_chosen = found.name == view.chosen_recorded_targets
    return RecordedRow(
        id=found.name.removeprefix("recordedTargets/"),
        title=found.title,
        facts=_facts(found),
        tags=_tags(found, is_chosen=is_chosen),
        chart=drawn,
        is_own=found.is_own,
        is_chosen=is_chosen,
        votes_for=found.votes_for,
        votes_against=found.votes_against,
        vote=found.own_vote,
        confirm_text=f"Delete “{found.title}”? Riders who chose it keep their copy.",
    )


def _facts(found: classes_pb2.RecordedTargets) -> Sequence[str]:
    facts = [plural(len(found.blocks), "block")]
    if found.HasField("expected_training_stress_score"):
        facts.append(f"{thousands(found.expected_training_stress_score)} TSS expected")
    facts.append(f"recorded on {day_month_year(instant(found.create_time).date())}")
    return facts


def _tags(found: classes_pb2.RecordedTargets, *, is_chosen: bool) -> Sequence[Tag]:
    tags = [Tag("Yours", "accent", "user")] if found.is_own else []
    if found.is_own and not found.is_shared:
        tags.append(Tag("Only you see it", "plain", "lock"))
    if is_chosen:
        tags.append(Tag("Your rides are analysed by it", "good", "done"))
    return tags


def hints(discipline: str) -> Sequence[Option]:
    """What a row can say in a discipline, with what it means."""
    if discipline in PACED:
        return [Option(name, name) for name in _pace_names(discipline).values()]
    return [Option(str(zone), f"Zone {zone}, {name}") for zone, name in enumerate(NAMES, 1)]


def rows_of(blocks: Iterable[training.TargetBlock], discipline: str) -> Sequence[RecordingRow]:
    """Blocks as rows of the editor; ends are where the next second belongs to something else."""
    return [
        RecordingRow(duration(block.start_seconds), duration(block.end_seconds + 1), _told(block.ranges, discipline))
        for block in blocks
    ]


def with_blank(rows: Sequence[RecordingRow], more: int = BLANK_ROWS) -> Sequence[RecordingRow]:
    """The rows and some to fill in."""
    return [*rows, *(RecordingRow("", "", "") for _ in range(min(more, MOST_ROWS - len(rows))))]


def typed(sent: Mapping[str, Sequence[str]], seconds: int, discipline: str) -> Typed:
    """Read the rows of a form: fields `start`, `end` and `called`, once a row; empty rows are left out.

    An empty end is the start of the next row, in the last row the end of the class.
    """
    listed = zip(sent.get("start", ()), sent.get("end", ()), sent.get("called", ()), strict=False)
    rows = [RecordingRow(start.strip()[:8], end.strip()[:8], called.strip()[:80]) for start, end, called in listed]
    rows = [row for row in rows if row.start or row.end][:MOST_ROWS]
    if not rows:
        return Typed((), ())
    ends = [*(_seconds(after.start) for after in rows[1:]), seconds or None]
    spans = [(_seconds(row.start), _seconds(row.end) if row.end else end) for row, end in zip(rows, ends, strict=True)]
    judged = [replace(row, error=_fault(row, span, seconds, discipline)) for row, span in zip(rows, spans, strict=True)]
    judged = _without_overlap(judged, spans)
    if any(row.error for row in judged):
        return Typed(judged, ())
    blocks = [
        training.TargetBlock(start_seconds=start, end_seconds=end - 1, ranges=_ranges(row.called, discipline))
        for row, (start, end) in zip(judged, spans, strict=True)
        if start is not None and end is not None
    ]
    return Typed(judged, blocks)


def _fault(row: RecordingRow, span: tuple[int | None, int | None], seconds: int, discipline: str) -> str:
    start, end = span
    if start is None or (row.end and end is None):
        return "Write times as 12:30."
    if end is None:
        return "Say when it ends."
    if end <= start:
        return "It ends before it begins."
    if seconds and end > seconds:
        return f"The class ends at {duration(seconds)}."
    return "" if _ranges(row.called, discipline) else "Say what is called, as 3, 2-3 or 80-90 rpm."


def _without_overlap(
    rows: Sequence[RecordingRow], spans: Sequence[tuple[int | None, int | None]]
) -> list[RecordingRow]:
    judged = list(rows[:1])
    for (before, span), row in zip(pairwise(spans), rows[1:], strict=True):
        overlaps = not row.error and before[1] is not None and span[0] is not None and span[0] < before[1]
        judged.append(replace(row, error="It begins before the row above ends.") if overlaps else row)
    return judged


def _seconds(text: str) -> int | None:
    """`12:30` or `1:02:30` in seconds."""
    found = CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * HOUR + minutes * MINUTE + seconds if seconds < MINUTE else None


def _told(ranges: Iterable[training.TargetRange], discipline: str) -> str:
    """A row's words for what is called: `3`, `2-3`, `Easy`, `80-90 rpm`, several with commas between them."""
    told = []
    for each in ranges:
        span = f"{each.lower:g}" if each.lower == each.upper else f"{each.lower:g}-{each.upper:g}"
        if each.metric == PACE:
            names = _pace_names(discipline)
            ends = [names.get(int(bound), f"{bound:g}") for bound in (each.lower, each.upper)]
            told.append("-".join(dict.fromkeys(ends)))
        else:
            told.append(span if each.metric == POWER_ZONE else f"{span} {UNITS.get(each.metric, each.metric)}")
    return ", ".join(told)


def _ranges(called: str, discipline: str) -> Sequence[training.TargetRange]:
    """The ranges of a row's words; empty for what makes no sense."""
    found = []
    for part in called.split(","):
        words = part.replace(EN_DASH, "-").strip().lower()
        read = _paced(words, discipline) if discipline in PACED else None
        match = FIGURES.fullmatch(words)
        if read is None and match is not None:
            metric = METRIC_OF_UNIT.get(match[3] or "", POWER_ZONE)
            low, high = float(match[1]), float(match[2] or match[1])
            read = training.TargetRange(metric=metric, lower=low, upper=high)
        if read is None or read.lower > read.upper:
            return ()
        found.append(read)
    return found


def _paced(words: str, discipline: str) -> training.TargetRange | None:
    """`easy`, `easy-hard` as intensities."""
    numbers = {name.lower(): number for number, name in _pace_names(discipline).items()}
    low, _, high = words.partition("-")
    if low.strip() not in numbers or (high.strip() or low.strip()) not in numbers:
        return None
    return training.TargetRange(metric=PACE, lower=numbers[low.strip()], upper=numbers[high.strip() or low.strip()])


def _pace_names(discipline: str) -> Mapping[int, str]:
    return PACE_NAMES.get(discipline.removesuffix("_bootcamp"), RUNNING_NAMES)
