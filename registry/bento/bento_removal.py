"""Removes Bentos from the store, with the models that were imported for them."""

import shutil
from pathlib import Path

import bentoml

from registry.bento.bento_content import pinned_models
from registry.mlflow_store.versions import REGISTERED_NAMES


def remove_bento(tag: str) -> None:
    """Delete a Bento, and those of this project's models it is bound to that no other Bento in the store needs."""
    ours = tuple(f"{name}:" for name in REGISTERED_NAMES.values())
    place = Path(bentoml.bentos.get(tag).path)
    models = {model for model in pinned_models(place) if model.startswith(ours)}
    _remove(place)
    bentos = place.parents[1]
    for description in bentos.glob("*/*/bento.yaml"):
        models -= pinned_models(description.parent)
    for model in sorted(models):
        name, _, version = model.partition(":")
        _remove(bentos.parent / "models" / name / version)


def _remove(place: Path) -> None:
    """
    Delete an item of the store; `latest` goes on naming what was delivered last.

    BentoML's own deletion makes it name what was built last, and fails where any item is damaged. Without the file
    BentoML looks for the newest item itself.
    """
    if not place.is_dir():
        return
    shutil.rmtree(place)
    latest = place.parent / "latest"
    if latest.is_file() and latest.read_text(encoding="utf-8").strip() == place.name:
        latest.unlink()
