"""Where metrics are kept."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that BentoML is to keep them in; others are made beside it."""
    from bentoml._internal.configuration.containers import BentoMLContainer

    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    BentoMLContainer.prometheus_multiproc_dir.set(str(tmp_path / "metrics"))
    yield tmp_path / "metrics"
    BentoMLContainer.prometheus_multiproc_dir.reset()


def _chosen() -> Path:
    from bentoml._internal.configuration.containers import BentoMLContainer

    from svgai.serve.bento.metrics_folder import keep_metrics_where_they_can_be_written

    keep_metrics_where_they_can_be_written()
    return Path(BentoMLContainer.prometheus_multiproc_dir.get())


def test_a_folder_that_can_be_written_stays(folder: Path) -> None:
    """As does one that is not there yet: BentoML makes it."""
    assert _chosen() == folder
    folder.mkdir()
    assert _chosen() == folder


def test_a_folder_that_cannot_be_written_is_exchanged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a new one among the temporary files; a worker keeps the one that it was told."""
    folder.mkdir()
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != folder)  # root may write anywhere
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    assert _chosen() == folder
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
    other = _chosen()
    assert other != folder
    assert other.is_dir()
    assert other.parent == folder.parent
