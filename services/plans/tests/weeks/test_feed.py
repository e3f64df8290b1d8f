"""The calendar feed: a secret address that can be taken back, read by two parsers, and without what is private."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import vobject
from ctz.common.v1 import activity_pb2 as common
from ctz.plans.v1 import exercises_pb2 as exercises
from ctz.plans.v1 import plans_pb2 as pb
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.http import health_app
from ctz_chassis.ids import uuid7
from ctz_chassis.readiness import Readiness
from ctz_chassis.testing import RunningServer
from ctz_plans.http.feeds import add_feed_route
from ctz_plans.store import tables
from ctz_plans.store.practice_content import load_library

from .harness import Rider, Riders, challenge, membership, note, scheduled, type_of

pytestmark = pytest.mark.component
TODAY = datetime.now(UTC).date()
NOON = time(12, tzinfo=UTC)
HOST = "zones.example"


@dataclass
class Reader:
    """Reads feeds as the gateway does; its clock is moved by hand."""

    http: FlaskClient
    authorization: str
    now: datetime

    def get(self, secret: str, **headers: str) -> TestResponse:
        return self.http.get(f"/feeds/{secret}.ics", headers={"Authorization": self.authorization} | headers)

    def events(self, secret: str) -> list[Any]:
        answer = self.get(secret)
        assert (200, "text/calendar; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
        return Calendar.from_ical(answer.data).walk("VEVENT")


@pytest.fixture
def reader(database: Database, server: RunningServer) -> Reader:
    app = health_app("plans", Readiness({}), server.keys.verifier())
    token = server.keys.service_signer("gateway").token("plans")
    reader = Reader(app.test_client(), f"Bearer {token}", datetime.combine(TODAY, NOON))
    add_feed_route(app, database, load_library(), f"https://{HOST}:8443/", clock=lambda: reader.now)
    return reader


def day(number: int) -> str:
    """So many days from today."""
    return str(TODAY + timedelta(days=number))


def secret_of(rider: Rider) -> str:
    return rider.feed.CreateCalendarFeed(pb.CreateCalendarFeedRequest()).secret


def state_of(rider: Rider) -> pb.CalendarFeed:
    return rider.feed.GetCalendarFeed(pb.GetCalendarFeedRequest())


def routine_of(category: str) -> common.Activity:
    found = next(one for one in load_library().routines.values() if one.category == category)
    return common.Activity(
        kind=common.ACTIVITY_KIND_ROUTINE, title=found.title, discipline=category, routine=str(found.name)
    )


def test_a_feed_is_made_read_and_taken_back(rider: Rider, reader: Reader) -> None:
    assert pb.CalendarFeed() == state_of(rider)
    secret = secret_of(rider)
    assert state_of(rider).is_active
    assert not state_of(rider).HasField("last_read_time")
    assert [] == reader.events(secret)
    assert state_of(rider).HasField("last_read_time")
    rider.feed.DeleteCalendarFeed(pb.DeleteCalendarFeedRequest())
    rider.feed.DeleteCalendarFeed(pb.DeleteCalendarFeedRequest())
    assert (404, pb.CalendarFeed()) == (reader.get(secret).status_code, state_of(rider))


def test_a_new_address_ends_the_one_before(rider: Rider, reader: Reader) -> None:
    old = secret_of(rider)
    reader.get(old)
    new = secret_of(rider)
    assert old != new
    assert not state_of(rider).HasField("last_read_time")
    assert (404, 200) == (reader.get(old).status_code, reader.get(new).status_code)


def test_the_secret_has_256_bits_and_only_its_hash_is_kept(rider: Rider, database: Database) -> None:
    secret = secret_of(rider)
    assert 43 == len(secret)
    with database.read() as connection:
        stored = connection.execute(
            sa.select(tables.calendar_feed).where(tables.calendar_feed.c.user_id == rider.user_id)
        ).one()
    assert 32 == len(stored.secret_hash)
    assert secret not in repr(stored)


def test_a_wrong_secret_tells_nothing(reader: Reader) -> None:
    answers = {reader.get(secret).status_code for secret in ("x", "a" * 43, "%00", "..%2f", "x" * 5_000)}
    assert {404} == answers


def test_only_the_gateway_reads_feeds(rider: Rider, reader: Reader, server: RunningServer) -> None:
    secret = secret_of(rider)
    assert 401 == reader.http.get(f"/feeds/{secret}.ics").status_code
    other = server.keys.service_signer("challenges").token("plans")
    assert 403 == reader.get(secret, Authorization=f"Bearer {other}").status_code


def test_both_parsers_read_the_same(rider: Rider, reader: Reader, consumer: Consumer) -> None:
    """Own, template and challenge items, as whole days, with what a calendar needs to follow changes."""
    rider.put(day(0), note("Commas, semicolons; and \\ – ümläuts, " + "long " * 20 + "end"))
    rider.put(day(1), common.Activity(kind=common.ACTIVITY_KIND_DISCIPLINE, discipline="yoga", duration_seconds=1800))
    template = rider.templates.ListTemplates(pb.ListTemplatesRequest()).templates[0]
    rider.start(template.name, day(2), repetitions=1, week_start=(TODAY + timedelta(days=2)).weekday())
    which, asked = uuid7(), uuid7()
    consumer.handle(challenge(which, 4, [scheduled(asked, day(3), type_of("climb"))], title="Summer of Zones"))
    consumer.handle(membership(which, rider.user_id, day=day(0)))
    secret = secret_of(rider)
    body = reader.get(secret).data
    told = Calendar.from_ical(body).walk("VEVENT")
    other = vobject.readOne(body.decode()).vevent_list
    assert 2 + 7 + 1 == len(told)

    def by_uid(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return sorted(found, key=lambda event: str(event[0]))

    assert by_uid(
        [
            (str(one["uid"]), one["dtstart"].dt, one["dtend"].dt, str(one["summary"]), int(one["sequence"]))
            for one in told
        ]
    ) == by_uid(
        [
            (one.uid.value, one.dtstart.value, one.dtend.value, one.summary.value, int(one.sequence.value))
            for one in other
        ]
    )
    for one in told:
        assert isinstance(one["dtstart"].dt, date)
        assert not isinstance(one["dtstart"].dt, datetime)
        assert timedelta(days=1) == one["dtend"].dt - one["dtstart"].dt
        assert str(one["uid"]).endswith(f"@{HOST}")
        assert timedelta(0) == one["dtstamp"].dt.utcoffset()
    by_item = {str(one["uid"]).partition("@")[0]: one for one in told}
    assert (4, "45 min climb", "Asked for by Summer of Zones") == (
        int(by_item[str(asked)]["sequence"]),
        str(by_item[str(asked)]["summary"]),
        str(by_item[str(asked)]["description"]),
    )
    summaries = {str(one["summary"]) for one in told}
    assert {"30 min yoga", "Rest day", "45 min Power Zone Ride"} <= summaries
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


def test_uids_stay_and_sequences_rise_with_changes(rider: Rider, reader: Reader) -> None:
    item, secret = rider.put(day(0), note("before")), secret_of(rider)
    (before,) = reader.events(secret)
    neighbour = rider.put(day(0), note("neighbour"))
    rider.plan.MoveItem(pb.MoveItemRequest(name=neighbour.name, revision=1, date=day(0), position=0))
    (same,) = (one for one in reader.events(secret) if one["summary"] == "before")
    assert before.to_ical() == same.to_ical()
    rider.plan.MoveItem(pb.MoveItemRequest(name=item.name, revision=1, date=day(3), position=0))
    (after,) = (one for one in reader.events(secret) if one["summary"] == "before")
    assert before["uid"] == after["uid"]
    assert (1, 2) == (int(before["sequence"]), int(after["sequence"]))
    assert before["dtstamp"].dt <= after["dtstamp"].dt
    rider.plan.DeleteItem(pb.DeleteItemRequest(name=item.name))
    assert ["neighbour"] == [str(one["summary"]) for one in reader.events(secret)]


def test_the_feed_reaches_thirty_days_back_and_half_a_year_ahead(rider: Rider, reader: Reader) -> None:
    for number in (-31, -30, 0, 180, 181):
        rider.put(day(number), note(str(number)))
    assert ["-30", "0", "180"] == [str(one["summary"]) for one in reader.events(secret_of(rider))]


def test_an_unchanged_feed_is_not_sent_again(rider: Rider, reader: Reader) -> None:
    item, secret = rider.put(day(0), note("a")), secret_of(rider)
    first = reader.get(secret)
    again = reader.get(secret, **{"If-None-Match": first.headers["ETag"]})
    assert (304, b"", "private, no-cache") == (again.status_code, again.data, again.headers["Cache-Control"])
    rider.plan.UpdateItem(pb.UpdateItemRequest(name=item.name, revision=1, activity=note("b")))
    assert 200 == reader.get(secret, **{"If-None-Match": first.headers["ETag"]}).status_code


def test_pelvic_floor_work_is_told_only_when_it_is_shared(rider: Rider, reader: Reader) -> None:
    """Planned by category, as a built-in routine, or inside a routine of the rider's own."""
    rider.put(day(0), common.Activity(kind=common.ACTIVITY_KIND_DISCIPLINE, discipline="kegel", title="private"))
    rider.put(day(0), routine_of("kegel"))
    hidden = next(one for one in load_library().exercises.values() if one.is_private)
    disguised = common.Activity(
        kind=common.ACTIVITY_KIND_ROUTINE, title="hidden", discipline="mobility", routine=str(hidden.name)
    )
    rider.put(day(0), disguised)
    rider.put(day(0), routine_of("mobility"))
    secret = secret_of(rider)
    assert [routine_of("mobility").title] == [str(one["summary"]) for one in reader.events(secret)]
    settings = exercises.PelvicFloorSettings(daily_goal=1, is_shared=True)
    rider.sessions.UpdatePelvicFloorSettings(exercises.UpdatePelvicFloorSettingsRequest(settings=settings))
    assert 4 == len(reader.events(secret))


def test_a_routine_that_was_deleted_is_not_told(rider: Rider, reader: Reader) -> None:
    """Nobody knows any more whether pelvic-floor work was in it."""
    name = rider.make_routine("Slow morning")
    rider.put(
        day(0),
        common.Activity(kind=common.ACTIVITY_KIND_ROUTINE, title="Slow morning", discipline="mobility", routine=name),
    )
    secret = secret_of(rider)
    assert ["Slow morning"] == [str(one["summary"]) for one in reader.events(secret)]
    rider.delete_routine(name)
    assert [] == reader.events(secret)


def test_a_feed_tells_nothing_of_others(riders: Riders, reader: Reader) -> None:
    owner, other = riders(), riders()
    owner.put(day(0), note("canary"))
    secret_of(owner)
    assert b"canary" not in reader.get(secret_of(other)).data


def test_when_it_was_read_is_kept_by_the_hour(rider: Rider, reader: Reader, database: Database) -> None:
    """So that a calendar that comes every minute writes nothing."""
    secret, first = secret_of(rider), reader.now
    reader.get(secret)
    reader.now = first + timedelta(minutes=59)
    with count_statements(database.engine) as counted:
        reader.get(secret)
    assert not any("UPDATE" in statement for statement in counted.statements)
    assert counted.count <= 6
    assert first == state_of(rider).last_read_time.ToDatetime(tzinfo=UTC)
    reader.now = first + timedelta(minutes=60)
    reader.get(secret)
    assert reader.now == state_of(rider).last_read_time.ToDatetime(tzinfo=UTC)


def test_a_feed_costs_the_same_at_any_size(riders: Riders, reader: Reader, database: Database) -> None:
    counts = []
    for size in (0, 50):
        rider = riders()
        for number in range(size):
            rider.put(day(number), note(str(number)))
        secret = secret_of(rider)
        reader.get(secret)
        with count_statements(database.engine) as counted:
            assert size == len(reader.events(secret))
        counts.append(counted.count)
    assert counts[0] == counts[1]


def test_an_item_of_a_challenge_keeps_its_uid(rider: Rider, reader: Reader, consumer: Consumer) -> None:
    which, asked = uuid7(), UUID(int=uuid7().int)
    consumer.handle(membership(which, rider.user_id, day=day(0)))
    secret = secret_of(rider)
    found = []
    for revision, number in ((1, 3), (2, 5)):
        consumer.handle(challenge(which, revision, [scheduled(asked, day(number), type_of("climb"))]))
        (one,) = reader.events(secret)
        found.append((str(one["uid"]), int(one["sequence"]), str(one["dtstart"].dt)))
    assert [(f"{asked}@{HOST}", 1, day(3)), (f"{asked}@{HOST}", 2, day(5))] == found
