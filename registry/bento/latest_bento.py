"""Points `svgai:latest` and the `latest` of both models to what was delivered last, not built last."""

from pathlib import Path

import bentoml

from registry.bento.bento_content import LABEL_VARIANT, pinned_models
from registry.mlflow_store.versions import REGISTERED_NAMES
from svgai.whole_files import write_whole

_LATEST = "latest"


def make_latest(tag: str) -> None:
    """
    Make a Bento of the store, and its models, the latest ones for BentoML.

    BentoML itself uses what was built last, even if an older Bento was restored since. One for a GPU is left out: it is
    only used in images, by its tag.
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
