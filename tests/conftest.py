"""What many tests share: one thread a library, a clean environment, and small real models made once."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # nothing heavy before the threads are counted
    from svgai.model_files.model_pair import Models
    from svgai.outcomes.quality_database import QualityDatabase


def pytest_configure() -> None:
    """Threads that wait for each other make small trainings ten times slower; libraries read this as they load."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # What services of tests convert is kept nowhere, unless a test names a place.
    os.environ["QUALITY_TRACKING_ENABLED"] = "false"
    # How long an example takes depends on what else runs.
    profile = settings(parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("untimed", profile)
    settings.load_profile("untimed")


@pytest.fixture
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and no setting in the environment."""
    from svgai.settings import Settings

    for name in [*Settings.model_fields, "quality_tracking_db"]:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(tmp_path: Path) -> "Iterator[QualityDatabase]":
    """A new quality database in a file, with its tables."""
    from svgai.outcomes.quality_database import QualityDatabase

    made = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    made.migrate()
    yield made
    made.close()


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a classifier, an optimizer and their metadata, as MODEL_DIR names one."""
    from tests.fakes.tiny_models import write_models

    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def tiny_models(models_folder: Path) -> "Models":
    """Both models, loaded."""
    from svgai.model_files.model_pair import load_models

    return load_models(models_folder, models_folder)
