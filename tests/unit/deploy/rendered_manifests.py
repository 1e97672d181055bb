"""Manifests as `kubectl kustomize` renders them, and what each pod of theirs is held to."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.servers.viewers import program

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy/kubernetes"
SECRETS = ("KEY", "PASSWORD", "SECRET", "TOKEN", "URL", "URI")
"""What the names of variables end with whose values are secret, an address with its password too."""

COMPONENTS_SINCE = 21

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """All resources of an overlay."""

    resources: tuple[Manifest, ...]

    def of(self, kind: str) -> list[Manifest]:
        return [resource for resource in self.resources if resource["kind"] == kind]

    def one(self, kind: str, name: str = "svgai") -> Manifest:
        (found,) = (resource for resource in self.of(kind) if resource["metadata"]["name"] == name)
        return found

    @cached_property
    def pods(self) -> dict[str, Manifest]:
        """The templates of all pods, by kind and name of what makes them."""
        return {f"{one['kind']} {one['metadata']['name']}": pod for one in self.resources if (pod := _pod_of(one))}


def overlay(name: str) -> Rendered:
    """One of those that are there."""
    return _rendered(FOLDER / "overlays" / name)


def with_components(folder: Path, base: str, *components: str) -> Rendered:
    """A base or overlay with further components, put together in an empty folder."""
    places = {"resources": [base], "components": [f"components/{name}" for name in components]}
    kustomization = {
        kind: [os.path.relpath(FOLDER / place, folder) for place in named] for kind, named in places.items()
    }
    named = [
        {"name": name, "newName": f"registry.example.org/{name}", "newTag": "1.0"}
        for name in ("svgai", "svgai-command", "postgres")
    ]
    (folder / "kustomization.yaml").write_text(yaml.safe_dump({**kustomization, "images": named}), encoding="utf-8")
    return _rendered(folder)


def pod_faults(pod: Manifest) -> list[str]:
    """What a template of a pod lacks of what all of ours have."""
    spec = pod["spec"]
    context = spec.get("securityContext", {})
    checks = {
        "may run as root": context.get("runAsNonRoot") is True and context.get("runAsUser") != 0,
        "has no seccomp profile": context.get("seccompProfile") == {"type": "RuntimeDefault"},
        "has a token of the cluster": spec.get("automountServiceAccountToken") is False,
        "gets variables of other services": spec.get("enableServiceLinks") is False,
        "shares something of its node": not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(),
        "mounts a folder of its node": not any("hostPath" in volume for volume in spec.get("volumes", ())),
        "has a volume in memory or on disk without a limit": all(
            "sizeLimit" in volume["emptyDir"] for volume in spec.get("volumes", ()) if "emptyDir" in volume
        ),
    }
    faults = [fault for fault, holds in checks.items() if not holds]
    return faults + [fault for one in _containers(spec) for fault in _container_faults(one)]


def _container_faults(container: Manifest) -> Iterator[str]:
    context, resources = container.get("securityContext", {}), container.get("resources", {})
    image = container["image"].rpartition("/")[2]
    if context.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if context.get("capabilities") != {"drop": ["ALL"]}:
        yield "has capabilities"
    if context.get("readOnlyRootFilesystem") is not True:
        yield "may write to its root"
    for kind in ("requests", "limits"):
        if not {"cpu", "memory", "ephemeral-storage"} <= resources.get(kind, {}).keys():
            yield f"has no {kind} of all it takes"
    if "@sha256:" not in image and (":" not in image or image.endswith(":latest")):
        yield "has an image of no certain version"
    for variable in container.get("env", ()):
        if variable["name"].endswith(SECRETS) and "value" in variable:
            yield f"has {variable['name']} in the clear"


def _pod_of(resource: Manifest) -> Manifest | None:
    spec = resource.get("spec", {})
    found: Manifest | None = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    return found


def _containers(spec: Manifest) -> list[Manifest]:
    return [*spec.get("initContainers", ()), *spec["containers"]]


@cache
def _kubectl() -> str:
    """The installed program; one that knows no components, as that of Debian 12, can render nothing of this."""
    path = program("kubectl")
    told = subprocess.run([path, "version", "--client", "-o", "json"], capture_output=True, text=True, check=True)
    minor = int(re.sub(r"\D", "", json.loads(told.stdout)["clientVersion"]["minor"]))
    if minor < COMPONENTS_SINCE:
        pytest.skip(f"kubectl is 1.{minor}, and knows components since 1.{COMPONENTS_SINCE}")
    return path


def _rendered(folder: Path) -> Rendered:
    command = [_kubectl(), "kustomize", "--load-restrictor=LoadRestrictionsNone", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Rendered(tuple(yaml.safe_load_all(done.stdout)))
