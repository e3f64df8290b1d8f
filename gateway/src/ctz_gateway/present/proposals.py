"""What Peloton says of the rider's FTP, as a question with both readings (domain.md, FTP)."""

from collections.abc import Mapping, Sequence
from datetime import date

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.v1 import connections_pb2

from ctz_gateway.present.metrics import SOURCE_WORDS
from ctz_gateway.viewmodels.common import Form
from ctz_gateway.viewmodels.peloton import FtpQuestion, FtpReading
from ctz_gateway.words import plural

READINGS: Mapping[str, connections_pb2.FTPReading.ValueType] = {
    "proposed": connections_pb2.FTP_READING_PROPOSED,
    "reported": connections_pb2.FTP_READING_REPORTED,
}
Response = connections_pb2.ListFTPProposalsResponse


def ftp_question(answer: Response | None, form: Form, *, today: date) -> FtpQuestion:
    """The question about the newest value; its answer holds for the whole history that Peloton knows.

    Without an answer of the service the rider can still type a value.
    """
    if answer is None:
        return FtpQuestion("What Peloton says cannot be shown right now.", (), form, today.isoformat())
    newest = _newest(answer)
    if newest is None:
        found = "Peloton is still being asked." if answer.is_searching else "Peloton knows no FTP of yours."
        return FtpQuestion(found, (), form, today.isoformat())
    source = SOURCE_WORDS.get(newest.source, "")
    return FtpQuestion(
        found_text=f"Peloton has {newest.reported_watts} W for you ({source}). {_history_text(answer)}",
        readings=_readings(newest),
        form=form,
        today=today.isoformat(),
    )


def _newest(answer: Response) -> connections_pb2.FTPProposal | None:
    if answer.HasField("account_value"):
        return answer.account_value
    return answer.proposals[-1] if answer.proposals else None


def _history_text(answer: Response) -> str:
    if answer.accepted_reading:
        return "You said yes to it; values from before are taken over with their dates."
    if answer.is_searching or not answer.proposals:
        return "Values that it used before are looked up with the first sync and taken over with their dates."
    known = plural(len(answer.proposals), "value")
    return f"It used {known} so far; they are taken over with their dates."


def _readings(newest: connections_pb2.FTPProposal) -> Sequence[FtpReading]:
    if newest.source != training.METRIC_SOURCE_PELOTON_MANUAL or not newest.HasField("alternative_watts"):
        help_text = "As Peloton uses it."
        if newest.source == training.METRIC_SOURCE_PELOTON_ESTIMATED:
            help_text = "It is Peloton’s estimate and will be marked as one."
        return (FtpReading("proposed", newest.proposed_watts, "Use this FTP", help_text, is_suggested=True),)
    return (
        FtpReading(
            "proposed",
            newest.proposed_watts,
            "I typed in my best 20 minutes",
            f"Then your FTP is 95 % of it: {newest.proposed_watts} W.",
            is_suggested=True,
        ),
        FtpReading(
            "reported",
            newest.alternative_watts,
            "I typed in my FTP",
            f"Then it is used as it is: {newest.alternative_watts} W.",
            is_suggested=False,
        ),
    )
