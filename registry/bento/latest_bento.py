"""What `svgai:latest` and the `latest` of both models lead to: what was delivered last, not what was built last."""

from pathlib import Path

import bentoml

from registry.bento.bento_content import LABEL_VARIANT, pinned_models
from registry.mlflow_store.versions import REGISTERED_NAMES
from svgai.whole_files import write_whole

_LATEST = "latest"


def make_latest(tag: str) -> None:
    """
    Let BentoML take a Bento of its store, and the models of this project that it holds, for the latest ones.

    BentoML itself takes what was built last, also where an older Bento was put back since. One for a GPU is left out:
    it goes into images, by its tag.
    """
    bento = bentoml.bentos.get(tag)
    if bento.info.labels.get(LABEL_VARIANT) == "gpu":
        return
    place = Path(bento.path)
    write_whole(place.parent / _LATEST, place.name)
    ours = tuple(f"{name}:" for name in REGISTERED_NAMES.values())
    for model in pinned_models(place):
        if model.startswith(ours):
            stored = Path(bentoml.models.get(model).path)
            write_whole(stored.parent / _LATEST, stored.name)
