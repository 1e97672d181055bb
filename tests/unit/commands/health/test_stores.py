"""Whether the quality database and its spool can be used; servers are in tests/integration/machine."""

from pathlib import Path
from typing import Any

from commands.health.stores import cache_finding, quality_database_finding, spool_finding
from svgai.outcomes.quality_database import QualityDatabase
from svgai.settings import Settings


def _settings(file: Path, **others: Any) -> Settings:
    return Settings(
        _env_file=None, **{"quality_tracking_enabled": True, "quality_db_url": f"sqlite:///{file}", **others}
    )


def test_a_database_that_is_not_there_yet_is_no_fault_and_is_not_made(tmp_path: Path) -> None:
    """Without its folder no service could make it."""
    assert quality_database_finding(_settings(tmp_path / "quality.db")).state == "ok"
    assert list(tmp_path.iterdir()) == []
    found = quality_database_finding(_settings(tmp_path / "none/quality.db"))
    assert (found.state, found.way_out) == ("fault", f"mkdir -p {tmp_path / 'none'}")


def test_the_migration_level_is_told(tmp_path: Path) -> None:
    """An older one, a newer one, and this code's."""
    file = tmp_path / "quality.db"
    database = QualityDatabase(f"sqlite:///{file}")
    database.migrate()
    assert quality_database_finding(_settings(file)).state == "ok"
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    newer = quality_database_finding(_settings(file))
    assert (newer.state, "newer than this code" in newer.told) == ("warning", True)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    database.go_back("0001")
    database.close()
    older = quality_database_finding(_settings(file))
    assert (older.state, older.way_out) == ("warning", "svgai quality migrate")


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    """A damaged one, or another file."""
    file = tmp_path / "quality.db"
    file.write_bytes(b"\xff" * 5000)
    found = quality_database_finding(_settings(file))
    assert (found.state, "restore a backup" in found.way_out) == ("fault", True)


def test_a_spool_without_room_is_a_fault(tmp_path: Path) -> None:
    """What waits has a limit."""
    folder = tmp_path / "spool"
    folder.mkdir()
    settings = _settings(tmp_path / "quality.db", quality_spool=folder, quality_spool_bytes=1_000_000)
    assert spool_finding(settings).state == "ok"
    (folder / "1.jsonl").write_bytes(b"x" * 950_000)
    assert (spool_finding(settings).state, "rows are soon lost" in spool_finding(settings).told) == ("fault", True)


def test_what_is_not_used_is_no_fault(tmp_path: Path) -> None:
    """Neither store is asked for."""
    settings = _settings(tmp_path / "quality.db", quality_tracking_enabled=False)
    found = (quality_database_finding(settings), spool_finding(settings), cache_finding(settings))
    assert all(one.state == "ok" and one.told.startswith("not used") for one in found)
