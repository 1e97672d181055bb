"""Whether the registry is there."""

from pathlib import Path

from commands.health.registry import registry_findings
from svgai.settings import Settings


def test_a_registry_that_is_not_there_is_no_fault_and_is_not_made(tmp_path: Path) -> None:
    """It says what makes one."""
    settings = Settings(_env_file=None, mlflow_tracking_uri=f"sqlite:///{tmp_path}/mlflow.db")
    (found,) = registry_findings(settings)
    assert (found.state, found.check, found.way_out) == ("warning", "registry", "make serve")
    assert list(tmp_path.iterdir()) == []


def test_a_registry_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    """With its address, without credentials."""
    (tmp_path / "mlflow.db").write_text("not a database at all")
    (found,) = registry_findings(Settings(_env_file=None, mlflow_tracking_uri=f"sqlite:///{tmp_path}/mlflow.db"))
    assert found.state == "fault"
