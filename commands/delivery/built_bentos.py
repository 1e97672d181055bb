"""The good Bentos of this folder, listed in a file: the BentoML store is shared by all projects."""

import os
from collections.abc import Callable, Collection
from pathlib import Path

from svgai.whole_files import write_whole

BUILT = Path(".svgai/bentos")
"""Their tags, a line each, the newest last."""


def remember_bento(tag: str) -> None:
    """Add a good Bento as the newest of this folder."""
    _write([*(known for known in _tags() if known != tag), tag])


def built_bento() -> str | None:
    """The tag of the newest good Bento of this folder that is still in the store; those for a GPU go into images."""
    return built_bento_that(lambda _: True)


def built_bento_that(fits: Callable[[str], bool]) -> str | None:
    """The tag of the newest of them that fits."""
    return next((tag for tag in reversed(_tags()) if is_stored(tag) and not _is_for_gpu(tag) and fits(tag)), None)


def newest_stored() -> str | None:
    """The tag of the newest good Bento of this folder that is still in the store, those for a GPU, too."""
    return next(filter(is_stored, reversed(_tags())), None)


def old_bentos(keep: int, protected: Collection[str]) -> list[str]:
    """The good Bentos of this folder but for the newest `keep`, the one of `built_bento`, and the protected ones."""
    spared = {built_bento(), *protected}
    return [tag for tag in _tags()[:-keep] if tag not in spared]


def forget_bentos(tags: Collection[str]) -> None:
    """Remove Bentos from this folder's list."""
    _write([tag for tag in _tags() if tag not in tags])


def is_stored(tag: str) -> bool:
    """Whether the BentoML store has it, complete: a power cut may leave its description empty."""
    description = bento_folder(tag) / "bento.yaml"
    return description.is_file() and description.stat().st_size > 0


def bentoml_home() -> Path:
    """BentoML's folder; importing BentoML to ask would take seconds."""
    return Path(os.environ.get("BENTOML_HOME", Path.home() / "bentoml")).resolve()


def bento_folder(tag: str) -> Path:
    """Where a Bento lies, if the store has it."""
    name, _, version = tag.partition(":")
    return bentoml_home() / "bentos" / name / version


def _is_for_gpu(tag: str) -> bool:
    from registry.bento.bento_content import LABEL_VARIANT, stored_labels

    return stored_labels(tag).get(LABEL_VARIANT) == "gpu"


def _tags() -> list[str]:
    return BUILT.read_text(encoding="utf-8").split() if BUILT.is_file() else []


def _write(tags: list[str]) -> None:
    BUILT.parent.mkdir(exist_ok=True)
    write_whole(BUILT, "".join(f"{tag}\n" for tag in tags))
