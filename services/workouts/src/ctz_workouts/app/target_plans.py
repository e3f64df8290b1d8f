"""Target blocks of the contract as plans of the domain, and back."""

from collections.abc import Iterable, Sequence

from ctz.common.v1 import training_pb2 as training

from ctz_workouts.domain.errors import TargetMalformedError
from ctz_workouts.domain.targets import TargetBlock, TargetPlan, TargetRange, plan_of


def plan_from(blocks: Sequence[training.TargetBlock], pedaling_start_offset_seconds: int) -> TargetPlan:
    """A plan; a source's slip in one range leaves the others standing."""
    read = tuple(TargetBlock(b.start_seconds, b.end_seconds, _usable(b.ranges), b.segment_type) for b in blocks)
    return plan_of(read, pedaling_start_offset_seconds)


def told_blocks(blocks: Iterable[TargetBlock]) -> list[training.TargetBlock]:
    """Blocks as messages."""
    return [
        training.TargetBlock(
            start_seconds=block.start_second,
            end_seconds=block.end_second,
            segment_type=block.segment_type,
            ranges=[
                training.TargetRange(metric=each.metric, lower=each.lower, upper=each.upper) for each in block.ranges
            ],
        )
        for block in blocks
    ]


def _usable(called: Iterable[training.TargetRange]) -> tuple[TargetRange, ...]:
    """The ranges that something can lie in."""
    found = []
    for one in called:
        try:
            found.append(TargetRange(one.metric, one.lower, one.upper))
        except TargetMalformedError:
            continue
    return tuple(found)
