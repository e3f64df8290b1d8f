"""docker-compose.yml: a valid file, whole, with nothing open that need not be, and settings that the processes take."""

import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ctz_local.containers.__main__ import _parser
from ctz_peloton_sync.clients.http import Allowlist, origin_of

from . import compose
from .processes import PROCESSES, ROOT, Process

Project = dict[str, Any]
JOBS = {"secrets", "database", "welcome", "histories", "people"}
SERVERS = {"postgres", "rabbitmq"}
NAMES = {process.in_compose for process in PROCESSES} | JOBS | SERVERS | {"simulator"}
DEMO = "deploy/docker/demo.env"


def test_the_file_follows_the_compose_specification() -> None:
    """By the schema of the specification, which the validator brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(compose.FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_role_of_every_service_is_there(project: Project) -> None:
    """A role that the code has and nobody starts would be work that is never done."""
    assert set(project["services"]) == NAMES
    for process in PROCESSES:
        service = project["services"][process.in_compose]
        assert process.arguments == service["command"]
        assert {"SERVICE": process.service} == service["build"]["args"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_containers_hold_no_more_power_than_they_need(project: Project, name: str) -> None:
    """No writing but in named places, no capabilities, no way to gain any; ours are not root by their image."""
    service = project["services"][name]

    assert service["read_only"] is True
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert not {"privileged", "cap_add", "container_name", "pid", "ipc", "devices"} & set(service)
    assert name not in SERVERS or service["user"] not in {"", "root", "0"}


def test_only_the_two_doors_are_published_and_only_on_this_host(project: Project) -> None:
    """S9: pages, and gRPC for tools."""
    published = {name: service["ports"] for name, service in project["services"].items() if "ports" in service}

    assert {"gateway": ["127.0.0.1:8000:8080"], "front": ["127.0.0.1:8001:50051"]} == published


def test_networks_keep_apart_what_need_not_meet(project: Project) -> None:
    """Pages do not reach the servers; the servers reach nobody, and nobody reaches the world but who must."""
    services = project["services"]
    internal = {name for name, network in project["networks"].items() if network.get("internal")}
    outside = {name for name, each in services.items() if set(each.get("networks", ())) - internal}

    assert {"inner", "data"} == internal
    assert [["data"], ["data"]] == [services[name]["networks"] for name in sorted(SERVERS)]
    assert ["edge", "inner"] == services["gateway"]["networks"] == services["front"]["networks"]
    assert {"gateway", "front", "peloton-sync", "peloton-sync-worker", "identity-worker", "simulator"} == outside


def test_workers_can_be_scaled(project: Project) -> None:
    """`--scale peloton-sync-worker=4`: nothing about it can exist only once."""
    for process in PROCESSES:
        service = project["services"][process.in_compose]
        if process.role in {"consume", "work"}:
            assert not {"container_name", "ports", "hostname"} & set(service)


def test_migrations_come_first_and_servers_before_them(project: Project) -> None:
    """The order of the start, as a graph without circles."""
    services = project["services"]
    needs = {name: service.get("depends_on", {}) for name, service in services.items()}
    order = list(TopologicalSorter({name: set(each) for name, each in needs.items()}).static_order())
    done, healthy = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}

    assert set(order) == set(services)
    assert {"secrets": done} == needs["postgres"] == needs["rabbitmq"]
    assert {"postgres": healthy} == needs["database"]
    for process in PROCESSES:
        if process.is_job:
            assert {"database": done} == needs[process.in_compose]
        elif process.service != "gateway":
            assert needs[process.in_compose][f"{process.service}-migrate"] == done


def test_queues_are_there_before_the_first_fact_is_told(project: Project) -> None:
    """Nobody comes in before every consumer has declared what it wants to hear."""
    needs = project["services"]["gateway"]["depends_on"]
    wanted = {each.in_compose for each in PROCESSES if each.role in {"serve", "consume"} and each.service != "gateway"}

    assert wanted == set(needs)


def test_what_is_always_started_waits_for_nothing_of_the_demo(project: Project) -> None:
    services = project["services"]
    demo = {name for name, service in services.items() if service.get("profiles") == ["demo"]}

    assert {"histories", "simulator", "people"} == demo
    assert not any(demo & set(service.get("depends_on", ())) for name, service in services.items() if name not in demo)


def test_every_process_that_stays_tells_its_health(project: Project) -> None:
    for name, service in project["services"].items():
        is_job = name in JOBS or name.endswith("-migrate")
        assert service["restart"] == ("no" if is_job else "unless-stopped")
        assert is_job or service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("process", [each for each in PROCESSES if not each.is_job], ids=lambda each: each.in_compose)
def test_there_is_time_to_drain(project: Project, process: Process, secrets_folder: Path, tmp_path: Path) -> None:
    """Running calls end, then threads, before the engine kills."""
    service = project["services"][process.in_compose]
    settings = process.settings(compose.own_environment(service, secrets_folder, tmp_path))
    own = settings if process.service == "gateway" else settings.service

    assert int(service["stop_grace_period"].removesuffix("s")) >= 2 * own.drain_seconds + 5


def test_images_are_pinned(project: Project) -> None:
    """A tag with a version, and official images by their short names."""
    for service in project["services"].values():
        name, _, tag = service["image"].partition(":")
        assert tag
        assert tag != "latest"
        assert "/" not in name
        assert "build" in service or re.match(r"\d+\.\d+", tag)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda each: each.in_compose)
def test_processes_take_the_settings_that_they_are_given(
    project: Project, process: Process, secrets_folder: Path, tmp_path: Path
) -> None:
    """Every name is one that the process reads, every file is made and mounted, and nothing required is missing."""
    service = project["services"][process.in_compose]
    environment = compose.own_environment(service, secrets_folder, tmp_path)

    assert set(environment) - process.known_variables() == set()
    process.settings(environment)


def test_a_container_sees_no_secrets_but_its_own(project: Project) -> None:
    """One folder each, read-only; the owner's password for migrations alone, the whole store for two jobs."""
    seen = {
        name: sorted(
            (folder, is_read_only) for source, folder, _, is_read_only in compose.mounts(service) if source == "secrets"
        )
        for name, service in project["services"].items()
    }
    expected: dict[str, list[tuple[str, bool]]] = {name: [] for name in NAMES}
    for process in PROCESSES:
        folders = [process.service, *([f"{process.service}-owner"] if process.is_job else [])]
        expected[process.in_compose] = [(folder, True) for folder in folders]
    expected |= {"postgres": [("postgres", True)], "rabbitmq": [("rabbitmq", True)], "people": [("local", True)]}
    expected |= {"secrets": [("", False)], "database": [("", True)]}

    assert expected == seen


@pytest.mark.parametrize("name", sorted(JOBS))
def test_jobs_are_called_as_they_want(project: Project, name: str) -> None:
    """By the parser of the jobs themselves."""
    module, *arguments = project["services"][name]["command"]

    assert module == "ctz_local.containers"
    assert _parser().parse_args(arguments).job == name


def test_the_example_names_every_variable_with_its_default() -> None:
    """.env.example is the documentation of the file's variables."""
    text = (ROOT / ".env.example").read_text("utf-8")
    given = compose.environment_file(".env.example")
    named = set(re.findall(r"^#?(CTZ_\w+)=", text, flags=re.MULTILINE))
    of_the_demo = set(compose.environment_file(DEMO)) - named
    defaults = compose.variables()

    assert {"CTZ_ENV", "CTZ_PELOTON_SYNC_API_URL", "CTZ_PELOTON_SYNC_AUTH_URL"} == of_the_demo
    assert set(defaults) == named | of_the_demo
    assert given == {name: defaults[name] for name in given}


def test_the_demo_reaches_its_simulator(secrets_folder: Path, tmp_path: Path) -> None:
    """Its address is the simulator's, and one that peloton-sync calls outside production."""
    demo = compose.project(compose.environment_file(DEMO))
    (process,) = [each for each in PROCESSES if each.in_compose == "peloton-sync-worker"]
    settings = process.settings(
        compose.own_environment(demo["services"]["peloton-sync-worker"], secrets_folder, tmp_path)
    )
    url = settings.sync.api_url

    assert ("simulator", 8080) == (urlsplit(url).hostname, urlsplit(url).port)
    assert settings.common.env == "development"
    Allowlist(frozenset({origin_of(url)}), is_loopback_allowed=True).check(url)


def test_the_broker_lets_nobody_in_unnamed() -> None:
    """S27, T117: no guest beyond loopback, no anonymous login, users from the definitions alone."""
    lines = [line for line in (ROOT / "deploy/docker/rabbitmq.conf").read_text("utf-8").splitlines() if "=" in line]
    settings = dict(re.split(r"\s*=\s*", line, maxsplit=1) for line in lines)

    assert "true" == settings["loopback_users.guest"]
    assert "none" == settings["anonymous_login_user"]
    assert "/run/secrets/ctz/definitions.json" == settings["load_definitions"]
