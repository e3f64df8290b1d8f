"""What riders do every day, without JavaScript: history, notes, metrics, profile, sync, account."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import accounts_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2

from ctz_gateway.web.history import PAGE_SIZE
from gateway.tests.browser import Browser, forms_of
from gateway.tests.neighbours import Town, ids_of

TITLE = re.compile(r'class="workout-title"><a href="([^"]+)"')
OLDER = re.compile(r'<a class="button" href="([^"]+)" data-older')


def listed(html: str) -> list[str]:
    """Addresses of the workouts on a page of history."""
    return TITLE.findall(html)


def older(browser: Browser, path: str) -> list[list[str]]:
    """The pages of a list, following the link to the older one."""
    pages = []
    while path:
        html = browser.get(path).text
        pages.append(listed(html))
        found = OLDER.search(html)
        path = found.group(1).replace("&amp;", "&") if found else ""
    return pages


def test_the_pages_of_history_hold_every_workout_once(town: Town) -> None:
    town.give_history(town.a, 47)
    pages = older(town.browser(town.a), "/history")
    every = [f"/{view.workout.name}" for view in town.workouts.views[town.a.user_id]]

    assert [PAGE_SIZE, PAGE_SIZE, 47 - 2 * PAGE_SIZE] == [len(page) for page in pages]
    assert every == [path for page in pages for path in page]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=power+zone", 12),
        ("q=class+7", 4),
        ("discipline=running", 12),
        ("discipline=running&q=nothing+like+it", 0),
        ("class_type=any_power_zone&length=45", 12),
        ("notes=1", 0),
        ("tag=nobody+has+it", 0),
        ("source=without_manual", 47),
        ("source=nonsense&sort=nonsense", 47),
        ("sort=longest", 47),
        ("length=15", 0),
        ("length=30", 24),
        ("length=nonsense", 47),
        ("chart=1", 12),
        ("record=1", 0),
        ("since=2999-01-01", 0),
        ("since=yesterday", 47),
        ("until=2000-01-01", 0),
        ("q=%00power%0d%0a", 12),
    ],
)
def test_filters_narrow_the_history(town: Town, query: str, count: int) -> None:
    town.give_history(town.a, 47)

    assert count == sum(len(page) for page in older(town.browser(town.a), f"/history?{query}"))


def test_a_filter_in_force_is_shown_and_taken_away_by_its_link(town: Town) -> None:
    page = town.browser(town.a).get("/history?discipline=running&chart=1")
    fields = next(form["fields"] for form in forms_of(page.text) if form["action"] == "/history")

    assert isinstance(fields, dict)
    assert ("running", "1") == (fields["discipline"], fields["chart"])
    assert 'href="/history?discipline=running"' in page.text
    assert 'href="/history?chart=1"' in page.text


def test_a_page_token_of_another_filter_is_refused(town: Town) -> None:
    town.give_history(town.a, 47)
    browser = town.browser(town.a)
    found = OLDER.search(browser.get("/history").text)
    assert found is not None

    assert 400 == browser.get(found.group(1).replace("&amp;", "&") + "&q=power").status_code


def test_a_note_is_kept_and_shown(town: Town) -> None:
    browser = town.browser(town.a)
    path = f"/workouts/{ids_of(town, town.a).workout}"
    saved = browser.submit(
        browser.get(path),
        f"{path}/words",
        note="legs like lead\r\nslept badly",
        tags="Hot, with  Anna;;",
        effort="7",
        feel="2",
    )
    page = browser.get(saved.location)
    view = town.workouts.views[town.a.user_id][0]

    assert path == saved.location
    assert (["hot", "with anna"], 7, 2, 1) == (
        list(view.workout.tags), view.perceived_exertion, view.feel, view.workout.revision,
    )  # fmt: skip
    assert "You felt" in page.text
    assert '<option value="2" selected>Weak</option>' in page.text
    assert "legs like lead\nslept badly" == town.workouts.views[town.a.user_id][0].notes.replace("\r", "")
    assert "Saved." in page.text
    assert "Saved." not in browser.get(path).text


def test_a_removed_workout_leaves_the_history(town: Town) -> None:
    browser = town.browser(town.a)
    path = f"/workouts/{ids_of(town, town.a).workout}"
    asked = browser.get(f"{path}/delete")
    done = browser.submit(asked, f"{path}/delete")

    assert "/history" == done.location
    assert path not in listed(browser.get("/history").text)


def test_an_ftp_is_previewed_and_then_added(town: Town) -> None:
    browser = town.browser(town.a)
    fields = {"metric": "ftp", "action": "add", "from_date": "2026-11-01", "value": "250", "source": "test"}
    preview = browser.submit(browser.get("/profile/"), "/profile/metrics/preview", **fields)
    before = len(town.identity.metrics[town.a.user_id][training.METRIC_KIND_FTP])
    done = browser.submit(preview, "/profile/metrics")
    values = [entry.value for entry in town.identity.metrics[town.a.user_id][training.METRIC_KIND_FTP]]

    assert "0–138 W" in preview.text
    assert 1 == before
    assert ("/profile/", [238.0, 250.0]) == (done.location, sorted(values))


def test_the_same_form_sent_twice_adds_one_value(town: Town) -> None:
    browser = town.browser(town.a)
    fields = {"metric": "weight", "action": "add", "from_date": "2026-11-01", "value": "70.5"}
    page = browser.get("/profile/")
    forms = [form for form in forms_of(page.text) if form["action"] == "/profile/metrics/preview"]
    sent = {**forms[1]["fields"], **fields}  # type: ignore[dict-item]
    statuses = [browser.send("/profile/metrics/preview", sent).status_code for _ in range(2)]

    assert [303, 303] == statuses
    assert [70.5] == [entry.value for entry in town.identity.metrics[town.a.user_id][training.METRIC_KIND_WEIGHT]]


def test_an_ftp_is_corrected_and_deleted(town: Town) -> None:
    browser = town.browser(town.a)
    entry = ids_of(town, town.a).metric
    fields = {"metric": "ftp", "entry_id": entry, "from_date": "2026-10-01", "value": "231", "source": "manual"}
    browser.submit(browser.post("/profile/metrics/preview", {**fields, "action": "correct"}), "/profile/metrics")
    (corrected,) = town.identity.metrics[town.a.user_id][training.METRIC_KIND_FTP]
    browser.submit(browser.post("/profile/metrics/preview", {**fields, "action": "delete"}), "/profile/metrics")

    assert (231.0, entry) == (corrected.value, corrected.entry_id)
    assert [] == town.identity.metrics[town.a.user_id][training.METRIC_KIND_FTP]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"value": "12"}, "Between 30 and 650 W."),
        ({"value": "two hundred"}, "Give a number."),
        ({"value": "nan"}, "Between 30 and 650 W."),
        ({"from_date": "31 June"}, "Give a day, such as 2026-05-08."),
    ],
)
def test_a_wrong_value_comes_back_with_its_sentence(town: Town, fields: dict[str, str], sentence: str) -> None:
    browser = town.browser(town.a)
    given = {"metric": "ftp", "action": "add", "from_date": "2026-11-01", "value": "250", **fields}
    answer = browser.post("/profile/metrics/preview", given)

    assert 422 == answer.status_code
    assert sentence in answer.text
    assert f'value="{given["value"]}"' in answer.text


def test_a_second_value_from_the_same_moment_is_refused_in_words(town: Town) -> None:
    browser = town.browser(town.a)
    fields = {"metric": "weight", "action": "add", "from_date": "2026-11-01", "value": "70.5"}
    browser.post("/profile/metrics/preview", fields)
    answer = browser.post("/profile/metrics/preview", {**fields, "value": "71"})

    assert 422 == answer.status_code
    assert "There is a value from that day already." in answer.text


def test_the_profile_is_saved_and_the_units_follow(town: Town) -> None:
    browser = town.browser(town.a)
    fields = {"name": "Ada", "units": "imperial", "time_zone": "America/New_York", "week_start": "6"}
    browser.submit(browser.get("/profile/"), "/profile/", **fields)

    assert ("Ada", accounts_pb2.UNIT_SYSTEM_IMPERIAL, "America/New_York", 6) == (
        town.a.name, town.a.units, town.a.time_zone, town.a.week_start,
    )  # fmt: skip
    assert "15.20" in browser.get(f"/workouts/{ids_of(town, town.a).workout}").text


def test_a_long_history_of_an_ftp_stays_a_small_page_and_its_old_values_can_be_corrected(town: Town) -> None:
    kept = town.identity.metrics[town.a.user_id][training.METRIC_KIND_FTP]
    for days in range(60):
        old = training.MetricEntry(entry_id=f"old{days}", value=150 + days, source=training.METRIC_SOURCE_TEST)
        old.effective_time.FromDatetime(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days))
        kept.insert(days, old)
    browser = town.browser(town.a)
    page = browser.get("/profile/")

    assert len(page.data) <= 100 * 1024
    assert "/profile/?entry=ftp:old3#ftp" in page.text
    assert 'id="old3-value"' not in page.text
    assert re.search(r'<details class="more mt-3">\s*<summary[^>]*>.*?57 earlier', page.text)
    opened = browser.get("/profile/?entry=ftp:old3").text
    assert '<details class="more mt-3" open>' in opened
    assert re.search(r'id="old3-value"[^>]* value="153"', opened)


def test_a_wrong_profile_comes_back_with_its_sentence(town: Town) -> None:
    answer = town.browser(town.a).post(
        "/profile/", {"name": " ", "units": "metric", "time_zone": "UTC", "week_start": "0"}
    )

    assert 422 == answer.status_code
    assert "Enter a name." in answer.text


def test_answered_proposals_leave_the_profile(town: Town) -> None:
    town.sync.proposals[town.a.user_id].append(
        connections_pb2.FTPProposal(name="ftpProposals/1", reported_watts=250, proposed_watts=238)
    )
    browser = town.browser(town.a)
    told = browser.get("/profile/").text
    town.sync.proposals.clear()

    assert "Peloton knows 1 FTP of yours." in told
    assert "Peloton knows" not in browser.get("/profile/").text


def test_the_sync_is_started_watched_retried_and_ended(town: Town) -> None:
    browser = town.browser(town.a)
    retried = browser.submit(browser.get("/peloton/"), "/peloton/retry")
    words = browser.get(retried.location).text
    browser.submit(browser.get("/peloton/"), "/peloton/sync")
    progress = browser.get("/peloton/progress", Accept="application/json").get_json()
    browser.submit(browser.get("/peloton/"), "/peloton/disconnect")

    assert "1 on the way again." in words
    assert (True, 2) == (progress["is_running"], progress["poll_after_seconds"])
    assert {"slug", "name", "note", "state", "done_text", "calls_text"} == set(progress["phases"][0])
    assert connections_pb2.CONNECTION_STATE_DISCONNECTED == town.sync.connections[town.a.user_id].state
    assert "Paste a token instead" in browser.get("/peloton/").text


def test_a_broken_connection_is_said_on_today_and_on_its_page(town: Town) -> None:
    connection = town.sync.connections[town.a.user_id]
    connection.state, connection.state_reason = connections_pb2.CONNECTION_STATE_RECONNECT, "refresh_rejected"
    browser = town.browser(town.a)

    assert "Reconnect Peloton" in browser.get("/today").text
    assert "Peloton no longer accepts the sign-in that was kept." in browser.get("/peloton/").text


def test_a_running_sync_is_told_in_the_navigation(town: Town) -> None:
    town.sync.runs[town.a.user_id].state = sync_pb2.RUN_STATE_RUNNING

    assert "Syncing, 100 %" in town.browser(town.a).get("/today").text


def test_progress_says_who_may_not_see_it(town: Town) -> None:
    answer = town.browser().get("/peloton/progress", Accept="application/json")

    assert (401, "application/json") == (answer.status_code, answer.mimetype)


def test_tokens_are_made_shown_once_and_revoked(town: Town) -> None:
    browser = town.browser(town.a)
    made = browser.submit(browser.get("/account/tokens"), "/account/tokens", name="script", scopes="workouts:read")
    secret = next(secret for secret, token in town.identity.tokens.items() if token.name == "script")
    token_id = town.identity.tokens[secret].token_id
    again = browser.get("/account/tokens")
    browser.submit(again, f"/account/tokens/{token_id}/revoke")

    assert secret in made.text
    assert secret not in again.text
    assert secret not in town.identity.tokens


def test_other_sessions_are_ended_at_once(town: Town) -> None:
    browser, other = town.browser(town.a), town.browser(town.a)
    browser.submit(browser.get("/account/sessions"), "/account/sessions/end-others")

    assert 200 == browser.get("/account/sessions").status_code
    assert 302 == other.get("/account/sessions").status_code


def test_an_administrator_switches_an_account_off_and_on(town: Town) -> None:
    ruler = town.rider("Rula", is_administrator=True)
    browser = town.browser(ruler)
    path = f"/admin/users/{town.b.user_id}/active"
    browser.submit(browser.get("/admin/users"), path)
    was_active = town.b.is_active
    browser.submit(browser.get("/admin/users"), path)

    assert (False, True) == (was_active, town.b.is_active)


def test_the_last_administrator_stays(town: Town) -> None:
    ruler = town.rider("Rula", is_administrator=True)
    answer = town.browser(ruler).post(f"/admin/users/{ruler.user_id}/active", {"active": "0"})

    assert 409 == answer.status_code
    assert "This is the last administrator" in answer.text


def test_the_theme_is_kept_by_the_browser(town: Town) -> None:
    browser = town.browser()
    answer = browser.post("/theme", {"theme": "dark", "next": "/terms"})

    assert "/terms" == urlsplit(answer.location).path
    assert 'data-theme="dark"' in browser.get("/terms").text
