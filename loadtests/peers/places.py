"""The place of each peer: its environment, its folder, and the shared folder of models."""

import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from loadtests.peers.environments import REQUIREMENTS, NotInstalled, environment
from loadtests.peers.serving_peers import PEERS, Place
from svgai.model_files.model_pair import ModelSource


def one_folder(source: ModelSource, folder: Path) -> Path:
    """Copy both model files into a folder for MODEL_DIR, without their records."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source.classifier_folder / source.classifier_name, folder / source.classifier_name)
    shutil.copyfile(source.optimizer_folder / source.optimizer_name, folder / source.optimizer_name)
    return folder


def make_places(
    peers: Sequence[str], cache: Path, models: Path, waiting: Callable[[str], AbstractContextManager[None]]
) -> tuple[dict[str, Place], dict[str, str]]:
    """
    The places of peers, created below a folder if they are missing; and why some peers have none.

    `waiting` shows a message while its block runs.
    """
    places: dict[str, Place] = {}
    not_installed: dict[str, str] = {}
    for name in peers:
        requirements = PEERS[name].requirements
        programs = Path(sys.executable).parent
        if requirements is not None:
            try:
                with waiting(f"The environment of {PEERS[name].title}"):
                    pins = REQUIREMENTS / f"{requirements}.txt"
                    programs = environment(pins, cache / "environments" / requirements)
            except NotInstalled as fault:
                not_installed[name] = fault.message
                continue
        folder = cache / name
        folder.mkdir(parents=True, exist_ok=True)
        places[name] = Place(programs, folder, models, folder / "server.log")
    return places, not_installed
