"""What the authorization matrix is made of: somebody's things, a request that names them, and what a stranger gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What a stranger gets."""

    HIDDEN = "what is somebody else's does not exist: the answer for an id of nothing"
    OWN = "works, and reaches only what is the caller's own"
    EVERYBODY = "works, and tells everybody who is signed in the same"
    ADMINISTRATOR = "refused to everybody who is no administrator"
    NOBODY = "for people who are not signed in; what it needs is a secret, not an id"


@dataclass(frozen=True, slots=True)
class Things:
    """Resource names of one person's things, or of nobody's."""

    user: str
    session: str
    token: str
    metric: str
    workout: str
    saved_filter: str
    library_class: str
    recorded_targets: str
    manual_workout: str
    import_job: str
    merge_batch: str
    export: str
    task: str
    proposal: str
    template: str
    program: str
    item: str
    routine: str
    practised: str
    challenge: str
    challenge_item: str
    member: str
    team: str
    peloton_username: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the matrix: what a stranger gets, and a valid request that names somebody's things."""

    outcome: Outcome
    fields: Callable[[Things], Mapping[str, Any]] = lambda _: {}


HIDDEN, OWN, EVERYBODY = Outcome.HIDDEN, Outcome.OWN, Outcome.EVERYBODY
ADMINISTRATOR, NOBODY = Outcome.ADMINISTRATOR, Outcome.NOBODY
