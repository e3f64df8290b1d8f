"""Every error that challenges tells its callers.

ChallengesError
├── InvalidField             INVALID_FIELD              one field of a request breaks a rule
├── NotFound                 NOT_FOUND                  absent, a draft, or private and not one's own
├── RevisionStale            REVISION_STALE             somebody changed it in between; tells the `revision` stored
├── ChallengeBusy            CHALLENGE_BUSY             too many changes at once; trying again helps
├── ChallengeNotOpen         CHALLENGE_NOT_OPEN         still a draft
├── ChallengeEnded           CHALLENGE_ENDED
├── JoiningClosed            JOINING_CLOSED             after the last day for joining
├── ChallengeFull            CHALLENGE_FULL             tells the `capacity`
├── MembershipRequired       MEMBERSHIP_REQUIRED        for members only
├── CaptainRequired          CAPTAIN_REQUIRED           for captains of this team and administrators
├── TeamsNotUsed             TEAMS_NOT_USED             everybody competes alone
├── TeamTitleTaken           TEAM_TITLE_TAKEN
├── TeamFull                 TEAM_FULL                  tells the `capacity`
├── NoTeamWithRoom           NO_TEAM_WITH_ROOM
├── AlreadyInTeam            ALREADY_IN_TEAM            who wants another team has to choose or to ask
├── TeamIsSettled            TEAM_IS_SETTLED            once it runs, administrators move members
├── NotInTeam                NOT_IN_TEAM                a captain has to be one of the team
└── TooManyCaptains          TOO_MANY_CAPTAINS
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class ChallengesError(Exception):
    """Root of the tree; `code` is the name of a gRPC status code."""

    reason: ClassVar[str]
    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(
        self,
        *,
        metadata: Mapping[str, str] | None = None,
        field_violations: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in field_violations) or self.sentence)
        self.metadata: Mapping[str, str] = metadata or {}
        self.field_violations: Sequence[tuple[str, str]] = tuple(field_violations)


class InvalidField(ChallengesError):
    """One field of a request breaks a rule; the description says what to do."""

    reason = "INVALID_FIELD"
    code = "INVALID_ARGUMENT"
    sentence = "A field is not valid."

    def __init__(self, field: str, description: str) -> None:
        super().__init__(field_violations=((field, description),))


class NotFound(ChallengesError):
    """No such thing for this person; the same answer whether it is absent, a draft or private."""

    reason = "NOT_FOUND"
    code = "NOT_FOUND"
    sentence = "Not found."


class RevisionStale(ChallengesError):
    """Somebody else changed the challenge since it was read."""

    reason = "REVISION_STALE"
    code = "ABORTED"
    sentence = "Somebody changed this challenge in the meantime."

    def __init__(self, stored: int) -> None:
        super().__init__(metadata={"revision": str(stored)})


class ChallengeBusy(ChallengesError):
    """So many change the challenge at once that the turn did not come in time."""

    reason = "CHALLENGE_BUSY"
    code = "UNAVAILABLE"
    sentence = "Many riders change this challenge at the moment. Try again."


class ChallengeNotOpen(ChallengesError):
    """A draft cannot be joined."""

    reason = "CHALLENGE_NOT_OPEN"
    code = "FAILED_PRECONDITION"
    sentence = "This challenge is not published yet."


class ChallengeEnded(ChallengesError):
    """The challenge is over."""

    reason = "CHALLENGE_ENDED"
    code = "FAILED_PRECONDITION"
    sentence = "This challenge is over."


class JoiningClosed(ChallengesError):
    """The last day for joining is over."""

    reason = "JOINING_CLOSED"
    code = "FAILED_PRECONDITION"
    sentence = "The last day for joining this challenge is over."


class ChallengeFull(ChallengesError):
    """Every seat is taken."""

    reason = "CHALLENGE_FULL"
    code = "FAILED_PRECONDITION"
    sentence = "Every seat of this challenge is taken."

    def __init__(self, capacity: int) -> None:
        super().__init__(metadata={"capacity": str(capacity)})


class MembershipRequired(ChallengesError):
    """Only members may do this."""

    reason = "MEMBERSHIP_REQUIRED"
    code = "PERMISSION_DENIED"
    sentence = "Join the challenge first."


class CaptainRequired(ChallengesError):
    """Only captains of this team and administrators may do this."""

    reason = "CAPTAIN_REQUIRED"
    code = "PERMISSION_DENIED"
    sentence = "Only captains of this team may do this."


class TeamsNotUsed(ChallengesError):
    """The challenge has no teams."""

    reason = "TEAMS_NOT_USED"
    code = "FAILED_PRECONDITION"
    sentence = "Everybody competes alone in this challenge."


class TeamTitleTaken(ChallengesError):
    """Another team of the challenge has this title."""

    reason = "TEAM_TITLE_TAKEN"
    code = "ALREADY_EXISTS"
    sentence = "Another team of this challenge has this title."

    def __init__(self) -> None:
        super().__init__(field_violations=(("title", "Another team has this title; choose another one."),))


class TeamFull(ChallengesError):
    """Every seat of the team is taken."""

    reason = "TEAM_FULL"
    code = "FAILED_PRECONDITION"
    sentence = "Every seat of this team is taken."

    def __init__(self, capacity: int) -> None:
        super().__init__(metadata={"capacity": str(capacity)})


class NoTeamWithRoom(ChallengesError):
    """There is no team, or all of them are full."""

    reason = "NO_TEAM_WITH_ROOM"
    code = "FAILED_PRECONDITION"
    sentence = "No team has a seat left. Make a new one."


class AlreadyInTeam(ChallengesError):
    """The rider has a team."""

    reason = "ALREADY_IN_TEAM"
    code = "FAILED_PRECONDITION"
    sentence = "You have a team already."


class TeamIsSettled(ChallengesError):
    """Riders change teams only before the challenge begins."""

    reason = "TEAM_IS_SETTLED"
    code = "FAILED_PRECONDITION"
    sentence = "The challenge runs: ask an administrator to move you to another team."


class NotInTeam(ChallengesError):
    """The member has no team that the act could be about."""

    reason = "NOT_IN_TEAM"
    code = "FAILED_PRECONDITION"
    sentence = "This member is in no team."


class TooManyCaptains(ChallengesError):
    """A team has its full number of captains."""

    reason = "TOO_MANY_CAPTAINS"
    code = "FAILED_PRECONDITION"
    sentence = "A team has three captains at most."
