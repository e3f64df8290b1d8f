"""deploy/k8s: every overlay renders into valid objects that fit together, with pods that hold no power."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest

from ctz_chassis.settings import variables

from .manifests import (
    OVERLAYS,
    WORKLOADS,
    Object,
    Rendered,
    container_of,
    labels_of,
    name_of,
    pod_of,
    port_of,
    secret_mounts,
    selects,
)
from .processes import PROCESSES, ROOT, SETTINGS, Process

Render = Callable[[str], Rendered]
# The oldest release that still gets fixes when this was written, and the newest that the schemas know.
VERSIONS = ("1.34.0", "1.37.0")
KEDA = "keda.sh/v1alpha1"
CONFIGURATIONS = ("deploy/docker", "deploy/k8s/components/servers")
# Made by the operator: the mail server's address, and the certificate.
SECRETS_OF_OTHERS = {"ctz-smtp", "ctz-tls"}
each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


@each_overlay
@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_follows_its_schema(rendered: Render, overlay: str, version: str) -> None:
    """Strictly: a field that Kubernetes does not know is a misspelt one. KEDA's own objects are tried below."""
    for each in rendered(overlay).objects:
        if each["apiVersion"] != KEDA:
            kubernetes_validate.validate(each, version, strict=True)


@each_overlay
def test_everything_lands_in_one_namespace_that_admits_no_power(rendered: Render, overlay: str) -> None:
    everything = rendered(overlay)
    (namespace,) = everything.of("Namespace")
    names = Counter((each["kind"], name_of(each)) for each in everything.objects)

    assert "restricted" == namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert {name_of(namespace)} == {
        each["metadata"]["namespace"] for each in everything.objects if each["kind"] != "Namespace"
    }
    assert 1 == max(names.values())


@each_overlay
def test_every_role_of_every_service_is_there(rendered: Render, overlay: str) -> None:
    everything = rendered(overlay)
    jobs = {name_of(each) for each in everything.of("Job")} - {"database"}

    assert {each.in_kubernetes for each in PROCESSES if each.is_job} == jobs
    assert {each.in_kubernetes for each in PROCESSES if not each.is_job} == set(
        map(name_of, everything.of("Deployment"))
    )
    for process, workload in processes(everything):
        assert process.arguments == container_of(workload)["args"]


def processes(everything: Rendered) -> Iterator[tuple[Process, Object]]:
    """Every process of the product with its workload."""
    for process in PROCESSES:
        yield process, everything.named("Job" if process.is_job else "Deployment", process.in_kubernetes)


@each_overlay
def test_pods_hold_no_more_power_than_they_need(rendered: Render, overlay: str) -> None:
    """No root, no capability, no way to gain any, nothing writable but volumes, no token of the cluster."""
    for workload in rendered(overlay).of(*WORKLOADS):
        pod, container = pod_of(workload), container_of(workload)

        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert {"type": "RuntimeDefault"} == pod["securityContext"]["seccompProfile"]
        assert {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        } == container["securityContext"]
        assert "/tmp" in {each["mountPath"] for each in container["volumeMounts"]}
        assert not any("hostPath" in volume for volume in pod["volumes"])


@each_overlay
def test_images_are_pinned(rendered: Render, overlay: str) -> None:
    for workload in rendered(overlay).of(*WORKLOADS):
        name, _, tag = container_of(workload)["image"].partition(":")
        assert tag not in {"", "latest"}
        assert "/" not in name


@each_overlay
def test_probes_ask_what_the_processes_answer(rendered: Render, overlay: str) -> None:
    """Alive is not ready: a process without its database is taken out of service, never restarted for it."""
    expected: dict[str, tuple[Any, Any]] = {}
    for process in PROCESSES:
        pages = ({"path": "/healthz", "port": "http"}, {"path": "/readyz", "port": "http"})
        expected[process.in_kubernetes] = (pages[0], pages[0]) if process.in_compose == "gateway" else pages
    for process, workload in processes(rendered(overlay)):
        if process.is_job:
            continue
        container = container_of(workload)
        live, ready = container["livenessProbe"], container["readinessProbe"]
        if process.role == "front":
            assert {"port": "grpc"} == live["tcpSocket"] == ready["tcpSocket"]
        else:
            assert expected[process.in_kubernetes] == (live["httpGet"], ready["httpGet"])
        listening = {each["containerPort"] for each in container["ports"]}
        assert listening == listening_ports(process, rendered(overlay).settings(workload))


def listening_ports(process: Process, settings: dict[str, str]) -> set[int]:
    """The ports that the process opens by its settings."""
    prefix = f"CTZ_{process.service.upper().replace('-', '_')}_"
    names = {"serve": ("HTTP_PORT", "GRPC_PORT"), "consume": ("PROBE_PORT",), "work": ("PROBE_PORT",)}
    if process.service == "gateway":
        names = {"serve": ("HTTP_PORT",), "front": ("FRONT_PORT",)}
    return {int(settings[f"{prefix}{name}"]) for name in names[process.role]}


@each_overlay
def test_there_is_time_to_drain(rendered: Render, overlay: str) -> None:
    """A pause in which balancers notice, running calls, then threads: all of it before the kill."""
    everything = rendered(overlay)
    for process, workload in processes(everything):
        if process.is_job:
            continue
        grace = pod_of(workload)["terminationGracePeriodSeconds"]
        pause, drain = pauses(process, everything.settings(workload), container_of(workload))
        assert pause >= 5 or process.role in {"consume", "work"}
        assert grace >= pause + 2 * drain + 5


def pauses(process: Process, settings: Mapping[str, str], container: Object) -> tuple[float, float]:
    """Seconds before a process refuses new calls, and seconds that running ones have."""
    prefix = f"CTZ_{process.service.upper().replace('-', '_')}_"
    hook = container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
    known = {each.name: each.field.default for each in variables(SETTINGS[process.service], prefix[4:-1])}
    found = {name: float(settings.get(name, str(default))) for name, default in known.items() if "DRAIN" in name}
    return float(hook[1]) + found.get(f"{prefix}DRAIN_PAUSE_SECONDS", 0.0), found[f"{prefix}DRAIN_SECONDS"]


@each_overlay
def test_processes_take_the_settings_that_they_are_given(
    rendered: Render, overlay: str, secrets_folder: Path, tmp_path: Path
) -> None:
    """Every name is one that the process reads, every file is mounted, and nothing required is missing."""
    (tmp_path / "ctz-smtp").mkdir()
    (tmp_path / "ctz-smtp" / "smtp-url").write_text("smtp+starttls://user:password@mail.example:587")
    for process, workload in processes(rendered(overlay)):
        places = {
            target: (tmp_path / name if name in SECRETS_OF_OTHERS else secrets_folder / name.removeprefix("ctz-"))
            for name, target in secret_mounts(workload)
        }
        environment = {}
        for name, value in rendered(overlay).settings(workload).items():
            target = next((each for each in places if value.startswith(f"{each}/")), "")
            environment[name] = f"{places[target]}{value.removeprefix(target)}" if target else value
            assert not environment[name].startswith("/run/secrets"), f"{name} names {value}, which is not mounted"
            assert not target or Path(environment[name]).exists(), f"{name} names {value}, which nobody makes"

        assert set(environment) - process.known_variables() == set()
        process.settings(environment)


@each_overlay
def test_a_pod_sees_no_secrets_but_its_own(rendered: Render, overlay: str) -> None:
    for process, workload in processes(rendered(overlay)):
        own = {f"ctz-{process.service}", *({f"ctz-{process.service}-owner"} if process.is_job else ())}
        assert own == {name for name, _ in secret_mounts(workload)} - SECRETS_OF_OTHERS


@each_overlay
def test_every_secret_is_one_that_the_job_makes(rendered: Render, overlay: str, secrets_folder: Path) -> None:
    """Made by `ctz_local.containers secrets`, but for the two that are the operator's."""
    made = {f"ctz-{path.name}": {each.name for each in path.iterdir()} for path in secrets_folder.iterdir()}
    everything = rendered(overlay)
    mounted = {name for workload in everything.of(*WORKLOADS) for name, _ in secret_mounts(workload)}
    keys = [
        (each["name"], each["key"])
        for one in everything.of("TriggerAuthentication")
        for each in one["spec"]["secretTargetRef"]
    ]

    assert mounted - SECRETS_OF_OTHERS <= set(made)
    assert all(key in made[name] for name, key in keys)


@each_overlay
def test_services_lead_to_pods_and_callers_see_every_one(rendered: Render, overlay: str) -> None:
    """Headless for what is called by gRPC inside: a connection that lasts would stay with one pod."""
    everything = rendered(overlay)
    for service in everything.of("Service"):
        wanted = {"matchLabels": service["spec"]["selector"]}
        (workload,) = [each for each in everything.of(*WORKLOADS) if selects(wanted, labels_of(each))]
        assert name_of(workload) == name_of(service)
        for port in service["spec"]["ports"]:
            assert port_of(workload, port["targetPort"]) > 0
    headless = {name_of(each) for each in everything.of("Service") if each["spec"].get("clusterIP") == "None"}
    targets = everything.settings(everything.named("Deployment", "gateway"))

    assert {each.in_kubernetes for each in PROCESSES if each.role == "serve"} - {"gateway"} <= headless
    assert {f"dns:///{each}:50051" for each in headless - {"postgres", "rabbitmq"}} == {
        value for name, value in targets.items() if name.endswith("_TARGET")
    }


def test_production_spreads_scales_and_survives_a_drained_node(rendered: Render) -> None:
    """Two or more of whatever answers calls; one disruption at a time; one scaler for each Deployment."""
    everything = rendered("prod")
    deployments = {name_of(each): each for each in everything.of("Deployment")}
    answering = {name for name, each in deployments.items() if each["spec"]["template"]["metadata"]["labels"]}
    answering -= {each.in_kubernetes for each in PROCESSES if each.role in {"consume", "work"}}
    by_load = {each["spec"]["scaleTargetRef"]["name"] for each in everything.of("HorizontalPodAutoscaler")}
    by_queue = {each["spec"]["scaleTargetRef"]["name"] for each in everything.of("ScaledObject")}

    assert answering == by_load
    assert {"peloton-sync-work", *(each.in_kubernetes for each in PROCESSES if each.role == "consume")} == by_queue
    assert all(each["spec"]["minReplicas"] > 1 for each in everything.of("HorizontalPodAutoscaler"))
    assert not any("replicas" in each["spec"] for name, each in deployments.items() if name in by_load | by_queue)
    for each in deployments.values():
        assert {"topology.kubernetes.io/zone", "kubernetes.io/hostname"} == {
            one["topologyKey"] for one in pod_of(each)["topologySpreadConstraints"]
        }
        assert {"cpu", "memory"} == set(container_of(each)["resources"]["requests"])
        assert "memory" in container_of(each)["resources"]["limits"]


def test_every_deployment_has_one_disruption_budget(rendered: Render) -> None:
    everything = rendered("prod")
    budgets = {name_of(each): each["spec"] for each in everything.of("PodDisruptionBudget")}
    covered = {
        name_of(each): [name for name, spec in budgets.items() if selects(spec["selector"], labels_of(each))]
        for each in everything.of("Deployment")
    }

    assert {name: [name] for name in covered} == covered
    assert all(spec["maxUnavailable"] == 1 for spec in budgets.values())


def test_servers_are_those_of_the_compose_file(rendered: Render, project: dict[str, Any]) -> None:
    """The same versions with the same settings; kustomize reads no file above its folder, so there are two."""
    images = {name_of(each): container_of(each)["image"] for each in rendered("dev").of("StatefulSet")}
    settings = {(ROOT / folder / "rabbitmq.conf").read_text("utf-8") for folder in CONFIGURATIONS}

    own_job = container_of(rendered("dev").named("Job", "database"))["args"]

    assert {name: project["services"][name]["image"] for name in images} == images
    assert len(settings) == 1
    # The same job at the same address; tests/operating/conftest.py runs it as the compose file has it.
    assert project["services"]["database"]["command"][-1] == own_job[-1]
