"""What many tests share: a clean environment, and small real models made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from svgai.models import Models, load_models
from svgai.settings import Settings


@pytest.fixture
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and no setting in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a classifier, an optimizer and their metadata, as MODEL_DIR names one."""
    from tests.tiny_models import write_models

    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def tiny_models(models_folder: Path) -> Models:
    """Both models, loaded."""
    return load_models(models_folder, models_folder)


@pytest.fixture(scope="session")
def one_torch_thread() -> Iterator[None]:
    """Threads that wait for each other cost far more than small networks do."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
