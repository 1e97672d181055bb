"""Times of conversions from the quality store."""

from pathlib import Path

from loadtests.scaling.kept_conversions import conversion_times
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.stored_outcomes import records


def test_times_of_what_was_answered(tmp_path: Path) -> None:
    """Those of a process are its stages, without the wait; what failed has none."""
    seconds = {"classifier": 0.01, "optimizer": 0.02, "tracing": 0.5, "processor": 0.4, "total": 2.0}
    first, second, *_ = records()
    database = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    database.migrate()
    failed = {"seconds": seconds, "error_code": "timeout"}
    database.write(
        [first.model_copy(update={"seconds": seconds, "error_code": None}), second.model_copy(update=failed)]
    )
    database.close()
    assert conversion_times(tmp_path / "quality.db") == [{**seconds, "worker": 0.53}]
