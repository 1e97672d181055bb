"""What `svgai doctor` finds on a machine."""

import socket
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from commands.checks.health_checks import (
    environment_finding,
    models_finding,
    pins_finding,
    port_finding,
    registry_findings,
)
from svgai.settings import load_settings
from tests.fakes.tiny_models import write_models


def test_code_of_another_project_is_a_fault(tmp_path: Path) -> None:
    """As after a copy of a project with its environment, whose command runs the first one's code."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        (folder / "svgai").mkdir(parents=True)
        (folder / "bentofile.yaml").touch()
    assert environment_finding(mine, mine).state == "ok"
    found = environment_finding(mine, other)
    assert (found.state, str(other) in found.told, "another project" in found.way_out) == ("fault", True, True)
    assert environment_finding(tmp_path, mine).state == "warning"


def test_packages_that_are_not_as_pinned_are_named(tmp_path: Path) -> None:
    """Others and missing ones; a local part such as +cpu is no difference."""
    pins = tmp_path / "all.txt"
    pins.write_text("numpy==2.0\ntorch==2.13.0\nscipy==1.0\nlost==1\n")
    versions = {"numpy": "1.9", "torch": "2.13.0+cpu", "scipy": "1.0"}

    def installed(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    found = pins_finding(pins, installed)
    assert found.state == "fault"
    assert found.told == "numpy 1.9 (2.0 is pinned), lost missing (1 is pinned)"
    pins.write_text("torch==2.13.0\n")
    assert pins_finding(pins, installed).told == "1 packages as pinned"


def test_a_training_that_is_not_whole_is_a_fault(tmp_path: Path) -> None:
    """No training is none."""
    assert models_finding(tmp_path).state == "ok"
    write_models(tmp_path / "served")
    (tmp_path / "classifier").mkdir()
    (tmp_path / "classifier" / "training.json").write_text("{}")
    assert models_finding(tmp_path).state == "fault"


def test_a_registry_that_is_not_there_is_no_fault_and_is_not_made(tmp_path: Path) -> None:
    """It says what makes one."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    (found,) = registry_findings(load_settings().model_copy(update={"mlflow_tracking_uri": uri}))
    assert (found.state, found.check) == ("warning", "registry")
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_told() -> None:
    """It may be this project's own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert port_finding(taken.getsockname()[1], "svgai serve").state == "warning"
