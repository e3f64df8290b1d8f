"""Challenges in words: the list, the head of one, its weeks and items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.challenges import ChallengeCard, ChallengeGroup, Countdown, Head
from ctz_gateway.viewmodels.common import Figure, Note, Tag
from ctz_gateway.words import DAY, HOUR, MINUTE, clock, day_month, decimal, plural, span

KIND_WORDS = {
    pb.CHALLENGE_KIND_CYCLING: "Cycling",
    pb.CHALLENGE_KIND_RUNNING: "Running",
    pb.CHALLENGE_KIND_STRENGTH: "Strength",
    pb.CHALLENGE_KIND_YOGA: "Yoga",
    pb.CHALLENGE_KIND_MIXED: "All disciplines",
}
STATES = {
    pb.CHALLENGE_STATE_RUNNING: ("running", "Running", Tag("Running", "good", "play")),
    pb.CHALLENGE_STATE_OPEN: ("open", "Open to join", Tag("Open", "accent", "flag")),
    pb.CHALLENGE_STATE_ENDED: ("ended", "Ended", Tag("Ended", "plain", "check")),
    pb.CHALLENGE_STATE_DRAFT: ("draft", "Drafts", Tag("Draft", "warn", "edit")),
}
MEDAL_WORDS = {
    pb.MEDAL_SILVER: ("Silver.", "You have at least 80 % of the core points."),
    pb.MEDAL_GOLD: ("Gold.", "You have at least 90 % of the core points."),
    pb.MEDAL_PLATINUM: ("Platinum.", "You have every core point, and bonus on top."),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One person's view of a challenge with the instant at which it is looked at."""

    view: pb.ChallengeView
    at: datetime
    is_administrator: bool

    @property
    def challenge(self) -> pb.Challenge:
        """The challenge itself."""
        return self.view.challenge

    @property
    def is_member(self) -> bool:
        """Whether the person takes part now."""
        return self.view.HasField("membership") and not self.view.membership.has_left

    @property
    def counts_amounts(self) -> bool:
        """Whether amounts give points as well, so that nobody can say how many are possible."""
        return bool(self.challenge.scoring.metric_rules)

    @property
    def is_team(self) -> bool:
        """Whether teams compete."""
        return self.challenge.mode == pb.CHALLENGE_MODE_TEAM

    @property
    def last_week(self) -> int:
        """The week that runs, else the last one that is over; 0 before the start."""
        if self.challenge.current_week:
            return self.challenge.current_week
        return self.challenge.week_count if self.challenge.state == pb.CHALLENGE_STATE_ENDED else 0


def id_of(name: str) -> str:
    """The last part of a resource name."""
    return name.rpartition("/")[2]


def points_text(points: float) -> str:
    """Points with one decimal, as boards show them: `1,192.8`."""
    return decimal(points, 1)


def exact_points(points: float) -> str:
    """Points with as many decimals as they have, one at least and three at most, so that lines add up."""
    text = decimal(points, 3).rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def whole_points(points: float) -> str:
    """`210`, or `52.5` where it is no whole number."""
    return exact_points(points).removesuffix(".0")


def of_possible(points: float, possible: float) -> str:
    """`of 210`; only `points` where nothing is scheduled, or where amounts have given more than items can."""
    return f"of {whole_points(possible)}" if possible and points <= possible else "points"


def zone_words(name: str) -> str:
    """`Stockholm time` of `Europe/Stockholm`."""
    return "UTC" if name in {"UTC", "Etc/UTC"} else f"{name.rpartition('/')[2].replace('_', ' ')} time"


def dates_words(challenge: pb.Challenge) -> str:
    """`2 to 29 June, Stockholm time`."""
    first, last = date.fromisoformat(challenge.start_date), date.fromisoformat(challenge.end_date)
    return f"{span(first, last)}, {zone_words(challenge.time_zone)}"


def who_competes(challenge: pb.Challenge) -> str:
    """`teams of up to 7`, or `everybody alone`."""
    if challenge.mode != pb.CHALLENGE_MODE_TEAM:
        return "everybody alone"
    return f"teams of up to {challenge.team_capacity}" if challenge.team_capacity else "teams"


def rest_words(seconds: float) -> str:
    """`3 d 5 h`, `5 h 12 min`, `12 min`; never less than a minute."""
    days, rest = divmod(int(max(seconds, MINUTE)), DAY)
    hours, left = divmod(rest, HOUR)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {left // MINUTE} min" if hours else f"{left // MINUTE} min"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    is_teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def groups(
    challenges: Sequence[pb.Challenge], joined: Sequence[str], standings: Mapping[str, pb.Standing]
) -> Sequence[ChallengeGroup]:
    """Challenges by state, running first, the rider's own first in each."""
    mine = frozenset(joined)
    found = []
    for state in (
        pb.CHALLENGE_STATE_DRAFT, pb.CHALLENGE_STATE_RUNNING, pb.CHALLENGE_STATE_OPEN, pb.CHALLENGE_STATE_ENDED
    ):  # fmt: skip
        members = [each for each in challenges if each.state == state]
        members.sort(key=lambda each: each.name not in mine)
        key, title, _ = STATES[state]
        if members:
            cards = [_card(each, each.name in mine, standings.get(each.name)) for each in members]
            found.append(ChallengeGroup(key, title, cards))
    return found


def _card(challenge: pb.Challenge, is_mine: bool, standing: pb.Standing | None) -> ChallengeCard:
    facts = [KIND_WORDS.get(challenge.kind, ""), who_competes(challenge), dates_words(challenge)]
    if challenge.current_week:
        facts.append(f"week {challenge.current_week} of {challenge.week_count}")
    members = _riders(challenge)
    if challenge.mode == pb.CHALLENGE_MODE_TEAM and challenge.member_count:
        members = f"{members} in {plural(challenge.team_count, 'team')}"
    return ChallengeCard(
        id=id_of(challenge.name),
        title=challenge.title,
        facts=[fact for fact in facts if fact],
        tag=STATES[challenge.state][2],
        standing=_standing(standing) if standing is not None else (),
        members_text=members,
        is_mine=is_mine,
    )


def _riders(challenge: pb.Challenge) -> str:
    return plural(challenge.member_count, "rider") if challenge.member_count else "no riders yet"


def _standing(standing: pb.Standing) -> Sequence[Figure]:
    of_week = of_possible(standing.week_points, standing.week_possible_points)
    figures = [Figure("This week", whole_points(round(standing.week_points, 1)), of_week)]
    if standing.HasField("own_row"):
        own = standing.own_row
        whose = own.team_title if standing.mode == pb.CHALLENGE_MODE_TEAM and own.team_title else "Your rank"
        figures.insert(0, Figure(whose, ordinal(own.rank), f"of {standing.total_size}"))
    return figures


def head(seen: Seen, *, join_url: str = "") -> Head:
    """The head of a challenge: what, when, for whom, and whether one may join."""
    challenge, view = seen.challenge, seen.view
    note = _why_not(seen)
    return Head(
        id=id_of(challenge.name),
        title=challenge.title,
        state=STATES[challenge.state][2],
        facts=[
            f"{KIND_WORDS.get(challenge.kind, '')}, {who_competes(challenge)}",
            dates_words(challenge),
            _riders(challenge),
        ],
        description=challenge.description,
        countdown=_countdown(seen),
        is_team=seen.is_team,
        is_member=seen.is_member,
        can_join=not seen.is_member and not note,
        has_team=seen.is_member and bool(view.membership.team),
        join_note="" if seen.is_member else note,
        join_code=view.join_code,
        join_url=join_url if view.join_code and challenge.state != pb.CHALLENGE_STATE_ENDED else "",
        is_over=challenge.state == pb.CHALLENGE_STATE_ENDED,
        late_note=_late(challenge) if not seen.is_member and not note else "",
    )


def _late(challenge: pb.Challenge) -> str:
    """What counts for somebody who joins after the first week."""
    if challenge.current_week <= 1:
        return ""
    return f"Join now and week {challenge.current_week} counts from its first day; the weeks before do not."


def _why_not(seen: Seen) -> str:
    """Why nobody can join now; empty when somebody can."""
    challenge = seen.challenge
    today = seen.at.astimezone(ZoneInfo(challenge.time_zone)).date().isoformat()
    if challenge.state == pb.CHALLENGE_STATE_DRAFT:
        return "This is a draft: publish it, then riders can join."
    if challenge.state == pb.CHALLENGE_STATE_ENDED:
        return "This challenge is over."
    if challenge.join_until_date and today > challenge.join_until_date:
        return f"One could join until {day_month(date.fromisoformat(challenge.join_until_date))}."
    if challenge.capacity and challenge.member_count >= challenge.capacity:
        return "Every place is taken."
    return ""


def _countdown(seen: Seen) -> Countdown | None:
    challenge = seen.challenge
    if not challenge.HasField("next_time"):
        return None
    turn, zone = instant(challenge.next_time), ZoneInfo(challenge.time_zone)
    label, is_end = "Begins in", bool(challenge.current_week)
    if is_end:
        label = f"Week {challenge.current_week} of {challenge.week_count} ends in"
    rest = rest_words((turn - seen.at).total_seconds())
    return Countdown(label, turn.isoformat(), rest, _turn_words(turn, zone, is_end=is_end))


def _turn_words(turn: datetime, zone: ZoneInfo, *, is_end: bool) -> str:
    """The midnight at which something ends belongs to the day before: `14 June, 24:00`."""
    local = turn.astimezone(zone)
    if is_end and (local.hour, local.minute) == (0, 0):
        return f"{day_month(local.date() - timedelta(days=1))}, 24:00 {zone_words(str(zone))}"
    return f"{day_month(local.date())}, {clock(turn, zone)} {zone_words(str(zone))}"


def updated_words(update_time: Timestamp, zone: ZoneInfo, at: datetime) -> str:
    """`Updated 12 June, 18:02` on the reader's clock."""
    local = instant(update_time).astimezone(zone)
    day = "today" if local.date() == at.astimezone(zone).date() else day_month(local.date())
    return f"Updated {day}, {local:%H:%M}"


def medal_note(seen: Seen) -> Note | None:
    """The medal of a challenge that is over; before that it is no fact yet."""
    words = MEDAL_WORDS.get(seen.view.medal)
    if seen.challenge.state != pb.CHALLENGE_STATE_ENDED or not seen.is_member:
        return None
    if words is None:
        return Note("The board stands. A workout that is corrected later still moves it.", "Finished.", "plain", "flag")
    return Note(words[1], f"Finished: {words[0]}", "good", "star")
