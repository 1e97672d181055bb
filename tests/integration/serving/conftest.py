"""What several of these tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.servers.served import Served, serving


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Served]:
    """A service with models, for what leaves it as it was; who needs another one has a fixture of this name."""
    folder = tmp_path_factory.mktemp("service")
    with serving(folder, MODEL_DIR=str(models_folder), LOG_FILE=str(folder / "service.log")) as served:
        yield served
