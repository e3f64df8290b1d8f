"""T093: who may do what with a private challenge, as one table; every right ends and begins with the very next call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import grpc
import pytest
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc

from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import User

from .harness import World, item, member_name, reason_of

pytestmark = pytest.mark.component

PEOPLE = ("outsider", "removed", "invited", "member", "captain", "other captain", "administrator")
HIDDEN = {"outsider": "NOT_FOUND", "removed": "NOT_FOUND", "invited": "NOT_FOUND"}
LED = {"member": "CAPTAIN_REQUIRED", "other captain": "CAPTAIN_REQUIRED"}
BUILT = dict.fromkeys(PEOPLE[:-1], "ADMINISTRATOR_REQUIRED")


@dataclass(frozen=True, slots=True)
class Scene:
    """A private challenge with two teams, and everybody of the table."""

    world: World
    made: pb.Challenge
    code: str
    team: pb.Team
    other_team: pb.Team
    rider: User
    people: dict[str, User]

    def listed(self, user: User) -> None:
        """Look for it in the list, as in a page."""
        page = self.world.challenges(user).ListChallenges(pb.ListChallengesRequest())
        if self.made.name not in [each.name for each in page.challenges]:
            raise RemoteError(grpc.StatusCode.NOT_FOUND, reason="NOT_FOUND")

    def find(self, user: User, code: str) -> object:
        return self.world.challenges(user).FindByCode(pb.FindByCodeRequest(code=code))

    def overview(self, user: User) -> object:
        return self.world.teams(user).GetTeamOverview(pb.GetTeamOverviewRequest(team=self.team.name))

    def set_captain(self, user: User) -> object:
        request = pb.SetCaptainRequest(member=member_name(self.made, self.rider), is_captain=True)
        return self.world.teams(user).SetCaptain(request)

    def board(self, user: User) -> object:
        return self.boards(user).GetBoard(pb.GetBoardRequest(challenge=self.made.name))

    def explanation(self, user: User) -> object:
        return self.boards(user).ExplainPoints(pb.ExplainPointsRequest(member=member_name(self.made, self.rider)))

    def boards(self, user: User) -> pb_grpc.BoardServiceStub:
        return self.world.server.client(pb_grpc.BoardServiceStub, user=user)

    def move(self, user: User) -> object:
        member = member_name(self.made, self.rider)
        request = pb.MoveMemberRequest(member=member, team=self.other_team.name, from_date="2026-03-02")
        return self.world.teams(user).MoveMember(request)

    def update(self, user: User) -> object:
        changed = pb.Challenge()
        changed.CopyFrom(self.made)
        changed.title = "Changed"
        return self.world.challenges(user).UpdateChallenge(
            pb.UpdateChallengeRequest(challenge=changed, items=[item(1)])
        )

    def refused(self, act: str, who: str) -> str:
        """The reason for which somebody may not do something now; empty when it is done."""
        return reason_of(lambda: TABLE[act][0](self, self.people[who]))


Act = Callable[[Scene, User], object]

# Who is refused, and why; nobody else is. A code opens the challenge to whoever has it, and to nobody else.
TABLE: dict[str, tuple[Act, dict[str, str]]] = {
    "see": (lambda s, u: s.world.view(u, s.made), HIDDEN),
    "find in the list": (lambda s, u: s.listed(u), HIDDEN),
    "find by the code": (lambda s, u: s.find(u, s.code), {}),
    "find by a wrong code": (lambda s, u: s.find(u, s.code[1:]), dict.fromkeys(PEOPLE, "NOT_FOUND")),
    "join without the code": (lambda s, u: s.world.join(u, s.made), HIDDEN),
    "join with the code": (lambda s, u: s.world.join(u, s.made, s.code), {}),
    "leave": (
        lambda s, u: s.world.leave(u, s.made),
        {"outsider": "NOT_FOUND", "invited": "NOT_FOUND", "administrator": "NOT_FOUND"},
    ),
    "list teams": (lambda s, u: s.world.listed_teams(u, s.made), HIDDEN),
    "make a team": (
        lambda s, u: s.world.team(u, s.made, "New"),
        HIDDEN | dict.fromkeys(("member", "captain", "other captain"), "ALREADY_IN_TEAM"),
    ),
    "choose a team": (
        lambda s, u: s.world.choose(u, s.made, s.team.name),
        HIDDEN | {"administrator": "MEMBERSHIP_REQUIRED"},
    ),
    "choose by lot": (lambda s, u: s.world.choose(u, s.made), HIDDEN | {"administrator": "MEMBERSHIP_REQUIRED"}),
    "look over the team": (lambda s, u: s.overview(u), HIDDEN | LED),
    "make a captain": (lambda s, u: s.set_captain(u), HIDDEN | LED),
    "read the board": (lambda s, u: s.board(u), HIDDEN),
    "read why somebody has points": (lambda s, u: s.explanation(u), HIDDEN),
    "move a member": (lambda s, u: s.move(u), BUILT),
    "change": (lambda s, u: s.update(u), BUILT),
    "publish": (
        lambda s, u: s.world.challenges(u).PublishChallenge(pb.PublishChallengeRequest(name=s.made.name)),
        BUILT,
    ),
    "delete": (
        lambda s, u: s.world.challenges(u).DeleteChallenge(pb.DeleteChallengeRequest(name=s.made.name)),
        BUILT,
    ),
}

READS = {act for act in TABLE if act.split()[0] in {"see", "find", "list", "look", "read"}}


@pytest.fixture
def scene(world: World) -> Scene:
    made = world.published([item(1)], is_public=False)
    code = world.code(made)
    captain, other, member, rider, removed = (world.member(made) for _ in range(5))
    team, other_team = world.team(captain, made, "Climbers"), world.team(other, made, "Sprinters")
    for each in (member, rider, removed):
        world.choose(each, made, team.name)
    world.leave(removed, made)
    people = {
        "outsider": world.rider(),
        "removed": removed,
        "invited": world.rider(),
        "member": member,
        "captain": captain,
        "other captain": other,
        "administrator": world.administrator,
    }
    return Scene(world, made, code, team, other_team, rider, people)


def admitted(acts: Iterable[str]) -> list[tuple[str, str]]:
    return [(act, who) for act in acts for who in PEOPLE if who not in TABLE[act][1]]


def test_t093_whom_the_table_lets_read_may_read(scene: Scene) -> None:
    assert [] == [place for place in admitted(READS) if scene.refused(*place)]


@pytest.mark.parametrize(("act", "who"), admitted(sorted(TABLE.keys() - READS)))
def test_t093_whom_the_table_admits_is_admitted(scene: Scene, act: str, who: str) -> None:
    assert "" == scene.refused(act, who)


def test_t093_whom_the_table_refuses_is_refused_and_nothing_changes(scene: Scene) -> None:
    """Everybody tries everything that they may not do; the challenge and its teams stay as they are."""
    before = scene.world.view(scene.world.administrator, scene.made)
    teams = scene.world.listed_teams(scene.world.administrator, scene.made)
    answers = {(act, who): scene.refused(act, who) for act, (_, refused) in TABLE.items() for who in refused}

    assert {(act, who): why for act, (_, refused) in TABLE.items() for who, why in refused.items()} == answers
    assert before == scene.world.view(scene.world.administrator, scene.made)
    assert teams == scene.world.listed_teams(scene.world.administrator, scene.made)


def test_t093_who_leaves_is_outside_with_the_next_call(scene: Scene) -> None:
    for act in ("see", "list teams", "look over the team"):
        assert "" == scene.refused(act, "captain")
    scene.world.leave(scene.people["captain"], scene.made)
    inside = ("see", "find in the list", "list teams", "look over the team", "make a captain", "choose a team")
    for act in (*inside, "read the board", "read why somebody has points"):
        assert "NOT_FOUND" == scene.refused(act, "captain")


def test_t093_who_joins_is_inside_with_the_next_call(scene: Scene) -> None:
    assert "NOT_FOUND" == scene.refused("see", "invited")
    assert "" == scene.refused("join with the code", "invited")
    for act in ("see", "find in the list", "list teams", "choose a team"):
        assert "" == scene.refused(act, "invited")


def test_t093_a_captain_who_is_one_no_more_leads_no_more_with_the_next_call(scene: Scene) -> None:
    captain = member_name(scene.made, scene.people["captain"])
    client = scene.world.teams(scene.world.administrator)
    assert "" == scene.refused("look over the team", "captain")
    client.SetCaptain(pb.SetCaptainRequest(member=captain, is_captain=False))
    assert "CAPTAIN_REQUIRED" == scene.refused("look over the team", "captain")
    client.SetCaptain(pb.SetCaptainRequest(member=captain, is_captain=True))
    assert "" == scene.refused("look over the team", "captain")
    move = pb.MoveMemberRequest(member=captain, team=scene.other_team.name, from_date="2026-03-02")
    client.MoveMember(move)
    assert "CAPTAIN_REQUIRED" == scene.refused("look over the team", "captain")


def test_t093_a_challenge_that_becomes_private_is_hidden_with_the_next_call(scene: Scene) -> None:
    items = scene.world.view(scene.world.administrator, scene.made).items
    form = scene.world.view(scene.world.administrator, scene.made).challenge
    for is_public, reason in ((True, ""), (False, "NOT_FOUND")):
        form.is_public = is_public
        request = pb.UpdateChallengeRequest(challenge=form, items=items)
        form = scene.world.challenges(scene.world.administrator).UpdateChallenge(request)
        assert [reason] * 3 == [scene.refused(act, "outsider") for act in ("see", "find in the list", "list teams")]


def test_t093_with_its_challenge_a_team_is_gone_for_everybody(scene: Scene) -> None:
    """Nothing of a deleted challenge or of its teams answers any more, not even to administrators."""
    assert "" == scene.refused("delete", "administrator")
    acts = [act for act in TABLE if act != "find by a wrong code"]
    reasons = {(act, who): scene.refused(act, who) for act in acts for who in PEOPLE}

    forbidden = {(act, who) for act, (_, table) in TABLE.items() if table is BUILT for who in table}
    assert {"NOT_FOUND"} == {reason for place, reason in reasons.items() if place not in forbidden}
    assert {"ADMINISTRATOR_REQUIRED"} == {reasons[place] for place in forbidden}
