import threading
from uuid import UUID

import pytest

from ctz_chassis import resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.ids import IdGenerator, uuid7


def test_ids_are_uuids_of_version_7() -> None:
    made = uuid7()
    assert 7 == made.version
    assert "specified in RFC 4122" == made.variant


def test_ids_of_one_process_grow() -> None:
    ids = [uuid7() for _ in range(10_000)]
    assert sorted(ids) == ids
    assert len(ids) == len(set(ids))


def test_ids_do_not_shrink_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = IdGenerator()
    times = iter([2_000_000_000_000_000_000, 1_000_000_000_000_000_000, 1_500_000_000_000_000_000])
    monkeypatch.setattr("ctz_chassis.ids.time.time_ns", lambda: next(times))
    ids = [generator.next() for _ in range(3)]
    assert sorted(ids) == ids


def test_ids_from_several_threads_differ() -> None:
    made: list[UUID] = []
    threads = [threading.Thread(target=lambda: made.extend(uuid7() for _ in range(2_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8_000 == len(set(made))


def test_a_resource_name_is_read_back() -> None:
    made = uuid7()
    assert made == resource_name.parse("workouts", resource_name.format("workouts", made))


@pytest.mark.parametrize(
    "name",
    ["", "workouts", "workouts/", "rides/0192f0c1-0000-7000-8000-000000000000", "workouts/x", "workouts/{0192}"],
)
def test_another_name_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        resource_name.parse("workouts", name, field="workout")
    assert "workout" == refused.value.field_violations[0][0]


def test_two_spellings_of_one_id_are_not_two_names() -> None:
    with pytest.raises(InvalidArgument):
        resource_name.parse("workouts", "workouts/0192F0C1-0000-7000-8000-00000000000A")
