"""Where peers run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loadtests.peers.places import make_places, one_folder
from svgai.model_files.model_pair import ModelSource

pytestmark = pytest.mark.slow


@contextmanager
def unseen(_: str) -> Iterator[None]:
    yield


def test_both_models_come_into_one_folder(models_folder: Path, tmp_path: Path) -> None:
    """Without their records, so that all serve the same files under the same names."""
    folder = one_folder(ModelSource(models_folder, models_folder), tmp_path / "made" / "models")
    assert sorted(path.name for path in folder.iterdir()) == ["classifier.onnx", "optimizer.xgb"]


def test_ours_runs_in_this_environment(tmp_path: Path) -> None:
    """In a folder of its own for its log."""
    places, not_installed = make_places(["svgai"], tmp_path, tmp_path / "models", unseen)
    assert not_installed == {}
    assert places["svgai"].programs == Path(sys.executable).parent
    assert places["svgai"].log.parent.is_dir()
