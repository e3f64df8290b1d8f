"""What Peloton says of the rider's FTP, as a question with both readings (domain.md, FTP)."""

from collections.abc import Sequence
from datetime import date

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2

from ctz_gateway.present.metrics import SOURCE_WORDS
from ctz_gateway.viewmodels.common import Form
from ctz_gateway.viewmodels.peloton import FtpQuestion, FtpReading
from ctz_gateway.words import plural

PROPOSED, ALTERNATIVE = "proposed", "alternative"


def ftp_question(answer: connections_pb2.ListFTPProposalsResponse | None, form: Form, *, today: date) -> FtpQuestion:
    """The question about the newest proposal; its answer holds for the whole history that Peloton knows."""
    if answer is None:
        found = "What Peloton knows cannot be read right now. Type your FTP, or come back later."
        return FtpQuestion(found, (), form, today.isoformat())
    if not answer.proposals:
        found = "Peloton is still being asked." if answer.is_searching else "Peloton knows no FTP of yours."
        return FtpQuestion(found, (), form, today.isoformat())
    newest = answer.proposals[-1]
    source = SOURCE_WORDS.get(newest.source, "")
    others = len(answer.proposals) - 1
    more = (
        f" Earlier on, it used {plural(others, 'other value')}; they are taken over with their dates." if others else ""
    )
    return FtpQuestion(
        found_text=f"Peloton has {newest.reported_watts} W for you ({source}).{more}",
        readings=_readings(newest),
        form=form,
        today=today.isoformat(),
    )


def _readings(newest: connections_pb2.FTPProposal) -> Sequence[FtpReading]:
    if newest.source != training.METRIC_SOURCE_PELOTON_MANUAL or not newest.HasField("alternative_watts"):
        help_text = "As Peloton uses it."
        if newest.source == training.METRIC_SOURCE_PELOTON_ESTIMATED:
            help_text = "It is Peloton’s estimate and will be marked as one."
        return (FtpReading(PROPOSED, newest.proposed_watts, "Use this FTP", help_text, is_suggested=True),)
    return (
        FtpReading(
            PROPOSED,
            newest.proposed_watts,
            "I typed in my best 20 minutes",
            f"Then your FTP is 95 % of it: {newest.proposed_watts} W.",
            is_suggested=True,
        ),
        FtpReading(
            ALTERNATIVE,
            newest.alternative_watts,
            "I typed in my FTP",
            f"Then it is used as it is: {newest.alternative_watts} W.",
            is_suggested=False,
        ),
    )


def chosen_entries(
    proposals: Sequence[connections_pb2.FTPProposal], reading: str
) -> list[metrics_pb2.NewMetric | None]:
    """The proposals as metrics, by the rider's reading; empty for an unknown reading."""
    if reading not in {PROPOSED, ALTERNATIVE}:
        return []
    return [
        metrics_pb2.NewMetric(
            kind=training.METRIC_KIND_FTP,
            effective_time=proposal.effective_time,
            value=_value(proposal, reading),
            source=proposal.source,
        )
        for proposal in proposals
    ]


def _value(proposal: connections_pb2.FTPProposal, reading: str) -> float:
    if reading == ALTERNATIVE and proposal.HasField("alternative_watts"):
        return proposal.alternative_watts
    return proposal.proposed_watts
