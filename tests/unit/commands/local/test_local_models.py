"""Which models the command line uses."""

from pathlib import Path

import pytest

from commands.local.local_models import models_here, require_models
from svgai.errors import ModelFault
from svgai.model_files.model_pair import ModelSource
from svgai.settings import Settings


def finished(runs: Path, *kinds: str) -> Path:
    """A folder of trainings of which these are finished."""
    for kind in kinds:
        (runs / kind).mkdir(parents=True)
        (runs / kind / "training.json").write_text("{}")
    return runs


@pytest.fixture
def settings(clean_environment: Path) -> Settings:
    """The defaults, in an empty folder."""
    assert clean_environment.is_dir()
    return Settings()


def test_what_was_trained_here_is_used(tmp_path: Path, settings: Settings) -> None:
    """Once both trainings are finished, not before."""
    assert models_here(settings, tmp_path) is None
    assert models_here(settings, finished(tmp_path, "classifier")) is None
    assert models_here(settings, finished(tmp_path, "optimizer")) == ModelSource(
        tmp_path / "classifier", tmp_path / "optimizer"
    )


def test_a_named_folder_goes_first(tmp_path: Path, settings: Settings) -> None:
    """Both models come from MODEL_DIR, by the names that are set."""
    named = settings.model_copy(update={"model_dir": Path("served"), "classifier_model": "classifier.pth"})
    assert models_here(named, finished(tmp_path, "classifier", "optimizer")) == ModelSource(
        Path("served"), Path("served"), "classifier.pth", "optimizer.xgb"
    )


def test_without_ai_there_are_no_models(tmp_path: Path, settings: Settings) -> None:
    """AI_ENHANCED=false wins over any folder."""
    off = settings.model_copy(update={"ai_enhanced": False, "model_dir": Path("served")})
    assert models_here(off, finished(tmp_path, "classifier", "optimizer")) is None


def test_what_cannot_do_without_models_says_so(tmp_path: Path, settings: Settings) -> None:
    """With what trains them; where they are, they are given."""
    with pytest.raises(ModelFault, match="make serve"):
        require_models(settings, tmp_path)
    finished(tmp_path, "classifier", "optimizer")
    assert require_models(settings, tmp_path) == models_here(settings, tmp_path)
