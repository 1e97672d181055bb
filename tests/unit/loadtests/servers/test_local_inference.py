"""What answers batches in the service, in this process."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtests.servers.local_inference import peer_inference
from svgai.api.schemas.answers import ClassifyAnswer
from svgai.decode.pixels import encode_png
from svgai.errors import ModelFault
from svgai.serve.loaded_models import probe_pixels


@pytest.fixture
def collecting() -> Iterator[None]:
    """Garbage collection as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.slow
@pytest.mark.usefixtures("clean_environment", "collecting")
def test_a_peer_answers_with_the_models_of_the_folder(models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service does, with what is loaded out of garbage collection."""
    monkeypatch.setenv("MODEL_DIR", str(models_folder))
    (answer,) = peer_inference().classify([encode_png(probe_pixels())])
    assert isinstance(answer, ClassifyAnswer)
    assert gc.get_freeze_count() > 0


@pytest.mark.usefixtures("clean_environment")
def test_without_a_folder_there_is_nothing_to_serve() -> None:
    """Whoever starts a peer names one."""
    with pytest.raises(ModelFault, match="MODEL_DIR"):
        peer_inference()
