"""What these tests share."""

from pathlib import Path

import pytest

from tests.integration.conftest import empty_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty quality database; that both kinds do the same is seen where they are tested."""
    return empty_database(request, tmp_path)
