"""What `svgai doctor` looks at on this machine, one check each; nothing is changed."""

import importlib.metadata
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import commands
from commands.local.local_registry import registry_of
from commands.terminal.arguments import RUNS
from svgai.errors import SvgAiError
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from mlflow import MlflowClient

    from registry.mlflow_store.versions import Version

State = Literal["ok", "warning", "fault"]
PINS = Path("requirements/all.txt")
_PORTS = {3000: "svgai serve", 5000: "make mlflow"}
_SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """What one check found; `way_out` says what to do where it is not ok."""

    check: str
    state: State
    told: str
    way_out: str = ""


def health(settings: Settings, folder: Path) -> Iterator[Finding]:
    """Every check of the project in a folder, each independent of the others."""
    yield environment_finding(folder, Path(commands.__file__).parents[1])
    yield pins_finding(folder / PINS, importlib.metadata.version)
    yield models_finding(folder / RUNS)
    yield from registry_findings(settings)
    yield programs_finding()
    yield from (port_finding(port, use) for port, use in _PORTS.items())


def environment_finding(folder: Path, code: Path) -> Finding:
    """Whether this command's code is that of the folder: an environment that was copied along runs the other one's."""
    told = f"Python {sys.version.split()[0]}, code of {code}"
    if (folder / "svgai").is_dir() and code.resolve() != folder.resolve():
        return Finding("environment", "fault", told, f"this folder is another project: `make serve` in {folder}")
    if not (folder / "bentofile.yaml").is_file():
        return Finding("environment", "warning", told, f"{folder} is no project: call it in the project's folder")
    return Finding("environment", "ok", told)


def pins_finding(pins: Path, installed: Callable[[str], str]) -> Finding:
    """Whether the packages that are installed are those that are pinned."""
    if not pins.is_file():
        return Finding("pins", "warning", f"there is no {pins}", "call it in the project's folder")
    differing = []
    wanted = [line.strip() for line in pins.read_text(encoding="utf-8").splitlines() if "==" in line]
    for name, _, pinned in (line.partition("==") for line in wanted):
        try:
            version = installed(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            version = "missing"
        if version != pinned:
            differing.append(f"{name} {version} ({pinned} is pinned)")
    if differing:
        more = f" and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
        told = ", ".join(differing[:_SHOWN]) + more
        return Finding("pins", "fault", told, "rm -rf .venv, then make serve")
    return Finding("pins", "ok", f"{len(wanted)} packages as pinned")


def models_finding(runs: Path) -> Finding:
    """Whether trainings that lie here are whole."""
    from svgai.model_files.training_record import read_record

    found, faults = [], []
    for kind in ("classifier", "optimizer"):
        if (runs / kind / "training.json").is_file():
            try:
                found.append(f"{kind} of {read_record(runs / kind).created:%Y-%m-%d %H:%M}")
            except SvgAiError as fault:
                faults.append(str(fault))
    if faults:
        return Finding("models", "fault", "; ".join(faults), "svgai train")
    return Finding("models", "ok", ", ".join(found) or "none trained here yet")


def registry_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the registry is there, at its place, and has one version of each model in Production."""
    from registry.mlflow_store.artifact_places import database_of

    uri = str(settings.public()["mlflow_tracking_uri"])
    database = database_of(settings.mlflow_tracking_uri)
    if database is not None and not database.is_file():
        yield Finding("registry", "warning", f"there is none at {database} yet", "make serve, or svgai train")
        return
    try:
        client = registry_of(settings)
        from registry.mlflow_store.versions import in_production

        versions = in_production(client)
        yield Finding("registry", "ok", f"{uri}: {', '.join(map(str, versions))} in Production")
        for version in versions:
            yield served_file_finding(client, version)
    except SvgAiError as fault:
        yield Finding("registry", "fault", str(fault), "" if "doctor --fix" in str(fault) else "svgai status")


def served_file_finding(client: "MlflowClient", version: "Version") -> Finding:
    """Whether the served file of a version is there and the one that was trained."""
    from registry.mlflow_store.version_files import describe, fetch_served_file

    with tempfile.TemporaryDirectory() as folder:
        try:
            entry = describe(client, version)
            fetch_served_file(client, version, entry.sha256, Path(folder))
        except SvgAiError as fault:
            return Finding("served file", "fault", str(fault), "svgai train, or put the file back from a copy")
    return Finding("served file", "ok", f"{version}: {entry.file}, {entry.sha256[:12]}")


def programs_finding() -> Finding:
    """Whether nginx is there, which only a deployment needs."""
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"):
        return Finding("nginx", "ok", "installed")
    return Finding("nginx", "warning", "not installed; `svgai deploy` needs it", "apt-get install nginx-light")


def port_finding(port: int, use: str) -> Finding:
    """Whether a usual port is free."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", port))
        except OSError:
            return Finding(f"port {port}", "warning", "in use, perhaps by this project", f"{use} PORT=, or --port")
    return Finding(f"port {port}", "ok", f"free for {use}")
