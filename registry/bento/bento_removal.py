"""Removes Bentos from the store, with the models that were imported for them."""

from pathlib import Path

import bentoml

from registry.bento.bento_content import pinned_models
from registry.mlflow_store.versions import REGISTERED_NAMES


def remove_bento(tag: str) -> None:
    """Delete a Bento, and those of this project's models it is bound to that no other Bento in the store needs."""
    ours = tuple(f"{name}:" for name in REGISTERED_NAMES.values())
    place = Path(bentoml.bentos.get(tag).path)
    models = {model for model in pinned_models(place) if model.startswith(ours)}
    bentoml.bentos.delete(tag)
    # Not by BentoML's own list, which fails where one of them is damaged.
    for description in place.parents[1].glob("*/*/bento.yaml"):
        models -= pinned_models(description.parent)
    stored = {str(model.tag) for model in bentoml.models.list()}
    for model in sorted(models & stored):
        bentoml.models.delete(model)
