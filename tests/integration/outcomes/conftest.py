"""What these tests share."""

from collections.abc import Iterator

import pytest

from svgai.outcomes.quality_database import QualityDatabase


@pytest.fixture
def database(url: str) -> Iterator[QualityDatabase]:
    """One of each kind, with its tables."""
    made = QualityDatabase(url)
    made.migrate()
    yield made
    made.close()
