"""Request ids and page tokens."""

import threading
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.identity.v1 import tokens_pb2

from ctz_chassis import idempotency, paging
from ctz_chassis.errors import Aborted, InvalidArgument
from ctz_chassis.idempotency import Answer, RequestKey, request_key

from .harness import USER

OTHER = UUID("0192f0c1-0000-7000-8000-000000000002")
KEY = RequestKey("r", "m", b"d")


def create(
    store, *, user_id: UUID = USER, request_id: str = "r1", digest: bytes = b"d", method: str = "Create"
) -> bytes:
    """Return the answer that a create gives: what it made, or what the first one under the request id had made."""
    key = RequestKey(request_id, method, digest)
    made = sa.text("INSERT INTO plans.effect (event_id, note) VALUES (gen_random_uuid(), 'made') RETURNING id")
    with store.database.begin() as connection:

        def effect() -> bytes:
            return str(connection.execute(made).scalar_one()).encode()

        return idempotency.once(connection, store.request_ids, user_id, key, effect).body


def test_t075_five_at_once_have_one_effect_and_one_answer(store) -> None:
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(create(store))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 5 == len(answers)
    assert 1 == len(set(answers))


@pytest.mark.parametrize("changed", [{"digest": b"other"}, {"method": "Delete"}])
def test_t075_another_request_under_the_same_id_is_refused(store, changed) -> None:
    create(store)
    with pytest.raises(Aborted) as refused:
        create(store, **changed)
    assert "REQUEST_ID_REUSED" == refused.value.reason


def test_a_request_id_belongs_to_one_person(store) -> None:
    assert create(store) != create(store, user_id=OTHER)


def test_without_a_request_id_every_call_counts(store) -> None:
    assert create(store, request_id="") != create(store, request_id="")


def test_a_request_id_is_kept_for_24_hours(store) -> None:
    first = create(store)
    for hours, is_known, pruned in ((23, True, 0), (25, False, 0), (25, False, 1)):
        with store.database.begin() as connection:
            made = sa.func.now() - timedelta(hours=hours)
            connection.execute(sa.update(store.request_ids).values(created_at=made))
            if pruned:
                assert pruned == idempotency.prune(connection, store.request_ids)
        again = create(store)
        assert is_known == (first == again)


def test_what_was_rolled_back_answers_nothing(store) -> None:
    with suppress(KeyError), store.database.begin() as connection:
        idempotency.once(connection, store.request_ids, USER, KEY, lambda: b"first")
        {}["x"]
    with store.database.begin() as connection:
        answer = idempotency.once(connection, store.request_ids, USER, KEY, lambda: b"second")
    assert Answer(b"second", is_repeated=False) == answer


def test_a_repeated_request_is_told_as_one(store) -> None:
    with store.database.begin() as connection:
        first = idempotency.once(connection, store.request_ids, USER, KEY, lambda: b"made")
        again = idempotency.once(connection, store.request_ids, USER, KEY, lambda: b"made again")
    assert (Answer(b"made", is_repeated=False), Answer(b"made", is_repeated=True)) == (first, again)


def test_the_key_of_a_request_is_its_id_its_method_and_its_body() -> None:
    key = request_key(tokens_pb2.CreateTokenRequest(request_id=str(USER).upper(), display_name="a"))
    other_body = request_key(tokens_pb2.CreateTokenRequest(request_id=str(USER), display_name="b"))
    other_id = request_key(tokens_pb2.CreateTokenRequest(display_name="a"))
    assert (str(USER), "CreateToken") == (key.request_id, key.method)
    assert key.digest == other_id.digest != other_body.digest


def test_a_field_that_must_not_decide_is_left_out() -> None:
    requests = [tokens_pb2.CreateTokenRequest(display_name=name) for name in "ab"]
    assert 1 == len({request_key(request, without=("display_name",)) for request in requests})


def test_a_request_id_is_a_uuid() -> None:
    with pytest.raises(InvalidArgument) as refused:
        request_key(tokens_pb2.CreateTokenRequest(request_id="once"))
    assert "request_id" == refused.value.field_violations[0][0]


def test_a_page_token_is_read_back() -> None:
    digest = paging.filter_digest(user_id=USER, disciplines=["cycling"])
    payload = {"started_at": "2026-03-01T12:00:00Z", "id": str(USER)}
    assert payload == paging.decode_token(paging.encode_token(payload, digest), digest)


def test_the_first_page_has_no_token() -> None:
    assert {} == paging.decode_token("", "any")


def test_a_token_of_another_filter_is_refused() -> None:
    token = paging.encode_token({"id": 1}, paging.filter_digest(discipline="cycling"))
    with pytest.raises(InvalidArgument) as refused:
        paging.decode_token(token, paging.filter_digest(discipline="running"))
    assert "page_token" == refused.value.field_violations[0][0]


@pytest.mark.parametrize(
    "token", ["x", "ü", "e30", "W10", "bnVsbA", "WyJhIiwgMV0", "A" * 2_000, "WzEsIDIsIDNd", "[" * 900]
)
def test_a_broken_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidArgument):
        paging.decode_token(token, "a")


@pytest.mark.parametrize(("requested", "expected"), [(0, 50), (1, 1), (200, 200), (201, 200), (10**9, 200)])
def test_a_page_size_is_coerced(requested: int, expected: int) -> None:
    assert expected == paging.page_size(requested, 50, 200)


def test_a_negative_page_size_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        paging.page_size(-1, 50, 200)
