"""The ids of a rider's things in a town, for addresses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctz.common.v1 import training_pb2 as training

from gateway.tests.fake_identity import Account

if TYPE_CHECKING:
    from gateway.tests.neighbours import Town


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of one rider's things, for addresses."""

    workout: str
    session: str
    token: str
    metric: str
    task: str
    user: str
    challenge: str
    team: str
    erasure: str
    item: str
    gone_item: str
    template: str
    program: str
    routine: str
    guided: str
    feed: str
    year_share: str
    saved_filter: str
    recorded: str
    entry: str
    import_id: str
    export: str
    pair: str
    other: str
    absorbed: str
    batch: str
    export_secret: str


def ids_of(town: "Town", account: Account) -> Ids:
    """The ids of a rider's first things; the rider needs a session."""
    owner = account.user_id
    sessions = [each for each in town.identity.sessions.values() if each.owner == owner]
    tokens = [each for each in town.identity.tokens.values() if each.owner == owner]
    challenge, kept = next((name, kept) for name, kept in town.challenges.kept.items() if owner in kept.members)
    return Ids(
        workout=town.workouts.views[owner][0].workout.name.removeprefix("workouts/"),
        session=str(sessions[0].session_id),
        token=str(tokens[0].token_id),
        metric=town.identity.metrics[owner][training.METRIC_KIND_FTP][0].entry_id,
        task=town.sync.failures[owner][0].name.removeprefix("syncTasks/"),
        user=str(owner),
        challenge=challenge.removeprefix("challenges/"),
        team=next(iter(kept.teams)).removeprefix("teams/"),
        erasure=f"erased-{account.name.removesuffix(' Rider')}",
        item=next(iter(town.plans.items[owner])).removeprefix("items/"),
        gone_item=next(iter(town.plans.deleted[owner])).removeprefix("items/"),
        template=next(iter(town.plans.templates[owner])).removeprefix("templates/"),
        program=next(iter(town.plans.programs[owner])).removeprefix("programs/"),
        routine=next(iter(town.practice.routines[owner])).removeprefix("routines/"),
        guided=next(iter(town.practice.sessions[owner])).removeprefix("sessions/"),
        feed=town.plans.feeds[owner],
        year_share=next(iter(town.shares.shares[owner].values())).secret,
        saved_filter=town.saved_filters[owner][0].name.removeprefix("savedFilters/"),
        recorded=next(iter(town.classes.recorded[owner])).removeprefix("recordedTargets/"),
        entry=next(iter(town.transfers.entries[owner])).removeprefix("workouts/"),
        import_id=next(iter(town.transfers.imports[owner])).removeprefix("imports/"),
        export=next(iter(town.transfers.exports[owner])).removeprefix("exports/"),
        pair=next(iter(town.transfers.pairs[owner]), ("", ""))[0].removeprefix("workouts/"),
        other=next(iter(town.transfers.pairs[owner]), ("", ""))[1].removeprefix("workouts/"),
        absorbed=next((beneath[0] for beneath in town.transfers.merges[owner].values()), "").removeprefix("workouts/"),
        batch=next(iter(town.transfers.batches[owner]), "").removeprefix("mergeBatches/"),
        export_secret=f"secret-of-{account.name.removesuffix(' Rider')}",
    )
