"""Whether code, interpreter, packages and settings are the project's."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

from commands.health.environment import (
    environment_finding,
    pins_finding,
    python_finding,
    settings_finding,
    this_python_finding,
)
from commands.health.setting_report import SettingReport
from svgai.settings import Settings


def test_code_of_another_project_is_a_fault(tmp_path: Path) -> None:
    """As after a copy of a project with its environment, whose command runs the first one's code."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        (folder / "svgai").mkdir(parents=True)
        (folder / "bentofile.yaml").touch()
    assert environment_finding(mine, mine).state == "ok"
    found = environment_finding(mine, other)
    assert (found.state, str(other) in found.told, found.way_out) == ("fault", True, f"cd {mine} && make serve")
    assert environment_finding(tmp_path, mine).state == "warning"


def test_an_installation_that_was_broken_off_is_a_fault(tmp_path: Path) -> None:
    """Packages that are there may lack others."""
    (tmp_path / "svgai").mkdir()
    (tmp_path / "bentofile.yaml").touch()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/.unfinished").touch()
    found = environment_finding(tmp_path, tmp_path)
    assert (found.state, found.way_out) == ("fault", "make serve")


def test_an_interpreter_of_another_version_is_a_fault() -> None:
    """By what the project requires; the one that runs this is good."""
    assert python_finding("3.12.1", ">=3.11,<3.12").state == "fault"
    assert python_finding("3.11.9", ">=3.11,<3.12").state == "ok"
    assert this_python_finding().state == "ok"


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


def test_settings_are_a_fault_before_they_are_a_warning() -> None:
    """All lines of the worse kind are told."""
    settings = Settings(_env_file=None)
    both = SettingReport(settings, {}, ("A: no", "B: no"), ("C: idle",))
    assert (settings_finding(both).state, settings_finding(both).told) == ("fault", "A: no; B: no")
    assert settings_finding(SettingReport(settings, {}, (), ("C: idle",))).state == "warning"
    assert settings_finding(SettingReport(settings, {"a": ".env"}, (), ())).told == "1 given, the others by default"
