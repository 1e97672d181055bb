"""Whether this command's code, interpreter, packages and settings are those of the project in a folder."""

import importlib.metadata
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from packaging.specifiers import SpecifierSet

from commands.health.finding import Finding
from commands.health.setting_report import SettingReport

_SHOWN = 5
_ANEW = "rm -rf .venv && make serve"


def python_finding(version: str, required: str) -> Finding:
    """Whether an interpreter is supported by this project (`requires-python`)."""
    told = f"{version} at {sys.executable}"
    if SpecifierSet(required).contains(version):
        return Finding("Python", "ok", told)
    return Finding("Python", "fault", f"{told}; {required} is needed", f"{_ANEW} PYTHON=/path/to/python3.11")


def this_python_finding() -> Finding:
    """The same for the running interpreter."""
    required = importlib.metadata.metadata("svgai")["Requires-Python"]
    return python_finding(platform.python_version(), required)


def environment_finding(folder: Path, code: Path) -> Finding:
    """Whether this command's code is that of the folder: an environment that was copied along runs the other one's."""
    told = f"code of {code}"
    if (folder / "svgai").is_dir() and code.resolve() != folder.resolve():
        return Finding("environment", "fault", f"{folder} is another project; {told}", f"cd {folder} && make serve")
    if not (folder / "bentofile.yaml").is_file():
        return Finding("environment", "warning", f"{folder} is no project; {told}", f"cd {code}")
    if (folder / ".venv/.unfinished").is_file():
        return Finding("environment", "fault", "the installation of packages was broken off", "make serve")
    return Finding("environment", "ok", told)


def pins_finding(pins: Path, installed: Callable[[str], str]) -> Finding:
    """Whether the installed packages are as pinned."""
    if not pins.is_file():
        return Finding("pins", "warning", f"there is no {pins}", "call it in the project's folder")
    differing = []
    wanted = [line.strip() for line in pins.read_text(encoding="utf-8").splitlines() if "==" in line]
    for name, _, pinned in (line.partition("==") for line in wanted):
        try:
            version = installed(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            version = "missing"
        if version != pinned:
            differing.append(f"{name} {version} ({pinned} is pinned)")
    if differing:
        more = f" and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
        told = ", ".join(differing[:_SHOWN]) + more
        return Finding("pins", "fault", told, _ANEW)
    return Finding("pins", "ok", f"{len(wanted)} packages as pinned")


def settings_finding(report: SettingReport) -> Finding:
    """Whether the settings are valid; the other checks use the default of an invalid one."""
    if report.faults:
        return Finding("settings", "fault", "; ".join(report.faults), "svgai config --check")
    if report.warnings:
        return Finding("settings", "warning", "; ".join(report.warnings), "svgai config --check")
    given = sum(source != "default" for source in report.sources.values())
    return Finding("settings", "ok", f"{given} given, the others by default")
