"""An overlay as the cluster gets it, rendered by kubectl's kustomize, and what its objects say of each other."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from .processes import ROOT

FOLDER: Final = ROOT / "deploy" / "k8s"
OVERLAYS: Final = tuple(sorted(path.name for path in (FOLDER / "overlays").iterdir() if path.is_dir()))
_KUBECTL: Final = Path(sys.executable).with_name("kubectl")
WORKLOADS: Final = ("Deployment", "StatefulSet", "Job")

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """All objects of an overlay."""

    objects: tuple[Object, ...]

    def of(self, *kinds: str) -> list[Object]:
        """The objects of some kinds."""
        return [each for each in self.objects if each["kind"] in kinds]

    def named(self, kind: str, name: str) -> Object:
        """The one object of that kind and name."""
        (found,) = [each for each in self.of(kind) if name_of(each) == name]
        return found

    def settings(self, workload: Object) -> dict[str, str]:
        """The environment of the workload's container."""
        container = container_of(workload)
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            found |= self.named("ConfigMap", source["configMapRef"]["name"])["data"]
        return found | {each["name"]: each["value"] for each in container.get("env", ())}


def render(overlay: str) -> Rendered:
    """Render an overlay."""
    command = [str(_KUBECTL), "kustomize", str(FOLDER / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Rendered(tuple(yaml.safe_load_all(done.stdout)))


def name_of(one: Object) -> str:
    """An object's name."""
    return str(one["metadata"]["name"])


def pod_of(workload: Object) -> Object:
    """The specification of a workload's pods."""
    spec: Object = workload["spec"]["template"]["spec"]
    return spec


def labels_of(workload: Object) -> Mapping[str, str]:
    """The labels of a workload's pods."""
    labels: Mapping[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return labels


def container_of(workload: Object) -> Object:
    """The one container of a workload's pods."""
    container: Object
    (container,) = pod_of(workload)["containers"]
    return container


def port_of(workload: Object, port: int | str) -> int:
    """The number of a container port, which may be given by name."""
    if isinstance(port, int):
        return port
    (number,) = [each["containerPort"] for each in container_of(workload).get("ports", ()) if each["name"] == port]
    return int(number)


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a label selector (matchLabels, and matchExpressions with In) takes these labels."""
    wanted = selector.get("matchLabels", {})
    expressions = selector.get("matchExpressions", ())
    assert all(each["operator"] == "In" for each in expressions), "only In is read here"
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        labels.get(each["key"]) in each["values"] for each in expressions
    )


def secret_mounts(workload: Object) -> Iterator[tuple[str, str]]:
    """List the secrets of a workload: name and folder in the container."""
    targets = {each["name"]: each["mountPath"] for each in container_of(workload).get("volumeMounts", ())}
    for volume in pod_of(workload).get("volumes", ()):
        if "secret" in volume:
            yield volume["secret"]["secretName"], targets[volume["name"]]
