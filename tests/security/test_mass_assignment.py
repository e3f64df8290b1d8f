"""T091: what only the services decide is not taken from a request, however it is named there."""

import pytest
from ctz.challenges.v1 import challenges_pb2, challenges_pb2_grpc
from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, plans_pb2, plans_pb2_grpc

from .conftest import Owner
from .matrix_challenges import private_challenge, schedule
from .matrix_plans import routine, template
from .system import System

pytestmark = pytest.mark.component


def test_t091_a_template_of_ones_own_is_not_built_in_and_has_no_name_of_ones_own(system: System, bo: Owner) -> None:
    stub = system.servers["plans"].client(plans_pb2_grpc.TemplateServiceStub, user=bo.member.user)
    wished = template(bo.things, is_named=True)
    wished.is_built_in, wished.revision = True, 77
    made = stub.CreateTemplate(plans_pb2.CreateTemplateRequest(template=wished))

    assert (False, 1) == (made.is_built_in, made.revision)
    assert bo.things.template != made.name
    assert "mine template" == stub.GetTemplate(plans_pb2.GetTemplateRequest(name=bo.things.template)).title


def test_t091_a_routine_of_ones_own_is_not_built_in_and_has_its_own_length(system: System, bo: Owner) -> None:
    stub = system.servers["plans"].client(exercises_pb2_grpc.ExerciseServiceStub, user=bo.member.user)
    wished = routine(bo.things)
    wished.is_built_in, wished.revision, wished.duration_seconds = True, 77, 1
    made = stub.CreateRoutine(exercises_pb2.CreateRoutineRequest(routine=wished))

    assert (False, 1) == (made.is_built_in, made.revision)
    assert made.duration_seconds > 1
    assert bo.things.routine != made.name


def test_t091_a_challenge_begins_as_a_draft_without_members_whatever_is_sent(system: System, bo: Owner) -> None:
    administrator = system.keys.user(is_administrator=True)
    stub = system.servers["challenges"].client(challenges_pb2_grpc.ChallengeServiceStub, user=administrator)
    wished = private_challenge("mine", bo.things.challenge)
    wished.state, wished.member_count, wished.team_count = challenges_pb2.CHALLENGE_STATE_RUNNING, 99, 9
    made = stub.CreateChallenge(challenges_pb2.CreateChallengeRequest(challenge=wished, items=schedule()))

    assert challenges_pb2.CHALLENGE_STATE_DRAFT == made.state
    assert (0, 0, 1) == (made.member_count, made.team_count, made.revision)
    assert bo.things.challenge != made.name
