"""
Which Bento `svgai serve` serves: the one of the versions in Production, which is built if it is missing.

A separate program, `python -m commands.delivery.serving_choice`, that prints the tag: training and the registry take
gigabytes of memory, which are freed with it before the service starts.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from rich.markup import escape

from commands.delivery.built_bentos import built_bento, built_bento_that
from commands.delivery.first_bento import make_bento
from commands.delivery.local_delivery import challengers_for
from commands.local.local_registry import registry_of
from commands.terminal.arguments import DATA, RUNS, TABLE
from commands.terminal.console import Console
from commands.terminal.entry import run
from svgai.errors import RegistryFault
from svgai.settings import Settings, load_settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from registry.mlflow_store.versions import Version

Versions = Mapping[str, "Version"]

_ENDS_WITHIN_S = 20.0
"""Seconds after Ctrl-C before the process is terminated."""


def chosen_bento(settings: Settings, console: Console) -> str:
    """
    The tag of a Bento of the versions in Production; whatever is missing is made first, and differences are printed.

    Raises:
        SvgAiError: it cannot be made, or the registry cannot be read and nothing was built here.
    """
    newest = built_bento()
    try:
        production = production_versions(settings)
    except RegistryFault as fault:
        if newest is None:
            raise
        console.say(f"[bold]what is in Production is not known:[/bold] {escape(str(fault))}")
        console.say(f"serving {newest}, which was delivered here last")
        return newest
    if production is None:
        return make_bento(settings, DATA, RUNS, TABLE, console)
    challengers = challenging_versions(settings)
    tag = built_bento_that(lambda known: holds(known, production, challengers))
    if newest is not None and tag != newest:
        console.say(
            f"[bold]{newest} was delivered here last, and is not what is in Production[/bold] ({shown(production)}): "
            + (f"serving {tag}" if tag else "its Bento is built")
        )
    if tag is None:
        return make_bento(settings, DATA, RUNS, TABLE, console)
    if is_outdated(tag):
        console.say(f"code or requirements have changed since {tag} was built: `svgai build` builds it anew")
    return tag


def production_versions(settings: Settings) -> Versions | None:
    """
    The versions in Production by kind; None where a model has none yet.

    Raises:
        RegistryFault: the registry cannot be read, or several versions are in Production.
    """
    from registry.mlflow_store.artifact_places import database_of
    from registry.mlflow_store.versions import REGISTERED_NAMES, list_versions, pick_in_stage

    database = database_of(settings.mlflow_tracking_uri)
    if database is not None and not database.is_file():
        return None
    client = registry_of(settings)
    found: dict[str, Version] = {}
    for kind, name in REGISTERED_NAMES.items():
        versions = list_versions(client, name)
        if not any(version.stage == "Production" for version in versions):
            return None
        found[kind] = pick_in_stage(versions, name, "Production").version
    return found


def challenging_versions(settings: Settings) -> Versions:
    """
    The versions in Staging by kind, where an experiment is to compare them with those in Production.

    Raises:
        RegistryFault: the registry cannot be read, or several versions are in Staging.
    """
    from registry.mlflow_store.versions import kind_of

    return {kind_of(found.name): found for found in challengers_for(registry_of(settings), settings)}


def holds(tag: str, versions: Versions, challengers: Versions) -> bool:
    """
    Whether a Bento holds exactly these versions and challengers, by number and by the digest of their files.

    Another registry has versions of the same numbers.
    """
    from registry.bento.bento_builder import held_challengers, held_models
    from registry.delivery.production_delivery import are_files_of

    held = held_models(tag)
    return (
        held is not None
        and are_files_of(held, list(versions.values()))
        and are_files_of(held_challengers(tag), list(challengers.values()))
    )


def shown(versions: Versions) -> str:
    """Versions as text: classifier 1, optimizer 2."""
    return ", ".join(f"{kind} {version.number}" for kind, version in versions.items())


def is_outdated(tag: str) -> bool:
    """Whether a Bento was made from other files than those of this folder."""
    from registry.bento.bento_builder import CHALLENGER, LABEL_SOURCE, made_from
    from registry.bento.bento_content import read_bentofile, source_digest, source_patterns, stored_labels
    from registry.mlflow_store.versions import REGISTERED_NAMES

    labels = stored_labels(tag)
    patterns = source_patterns(read_bentofile(Path.cwd()))
    served, challengers = (
        {kind: labels[f"{role}{kind}_sha256"] for kind in REGISTERED_NAMES if f"{role}{kind}_sha256" in labels}
        for role in ("", CHALLENGER)
    )
    digest = source_digest(Path.cwd(), patterns, made_from(served, challengers))
    return labels.get(LABEL_SOURCE) != digest


def ask_for_bento(start: Callable[..., "subprocess.Popen[str]"] = subprocess.Popen) -> str:
    """
    The tag, from this program in a separate process, which shows its progress on the same terminal.

    Raises:
        SystemExit: it failed, and has printed why.
    """
    signal.signal(signal.SIGTERM, _terminated)
    child = start([sys.executable, "-m", "commands.delivery.serving_choice"], stdout=subprocess.PIPE, text=True)
    try:
        output, _ = child.communicate()
    except KeyboardInterrupt:
        # From a terminal it received Ctrl-C, too: it marks its run in MLflow as interrupted, and stops its workers.
        with suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            child.wait(_ENDS_WITHIN_S)
        _end(child)
        raise SystemExit(130) from None
    except SystemExit:
        _end(child)
        raise
    if child.returncode:
        raise SystemExit(child.returncode)
    return output.strip().rpartition("\n")[2]


def _terminated(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _end(child: "subprocess.Popen[str]") -> None:
    child.terminate()
    with suppress(KeyboardInterrupt, SystemExit):
        child.wait()


def main() -> None:
    """Print the tag."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(chosen_bento(load_settings(), Console()) + "\n")


if __name__ == "__main__":
    run(main)
