"""The checks of `svgai doctor`; one that fails with an error is a finding, too, and stops no other."""

import importlib.metadata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import commands
from commands.health.environment import environment_finding, pins_finding, settings_finding, this_python_finding
from commands.health.finding import Finding
from commands.health.machine import disk_findings, port_findings
from commands.health.models import bento_finding, model_folder_finding, trainings_finding
from commands.health.programs import cuda_devices, deployment_finding, engine_finding, gpu_finding, nginx_finding
from commands.health.registry import registry_findings
from commands.health.setting_report import SettingReport
from commands.health.stores import cache_finding, quality_database_finding, spool_finding
from commands.terminal.arguments import RUNS
from svgai.errors import SvgAiError

PINS = Path("requirements/all.txt")


def health(report: SettingReport, folder: Path) -> Iterator[Finding]:
    """Every check of the project in a folder, which is the current one, by its settings."""
    settings = report.settings
    code = Path(commands.__file__).parents[1]
    checks: dict[str, Callable[[], Finding | Iterable[Finding]]] = {
        "environment": lambda: environment_finding(folder, code),
        "Python": this_python_finding,
        "pins": lambda: pins_finding(folder / PINS, importlib.metadata.version),
        "settings": lambda: settings_finding(report),
        "trainings": lambda: trainings_finding(folder / RUNS),
        "registry": lambda: registry_findings(settings),
        "MODEL_DIR": lambda: model_folder_finding(settings),
        "Bento": bento_finding,
        "deployment": lambda: deployment_finding(settings),
        "quality database": lambda: quality_database_finding(settings),
        "spool": lambda: spool_finding(settings),
        "Redis": lambda: cache_finding(settings),
        "disk": lambda: disk_findings(settings, folder),
        "port": port_findings,
        "nginx": nginx_finding,
        "container engine": engine_finding,
        "GPU": _gpu_finding,
    }
    for name, check in checks.items():
        try:
            found = check()
            yield from [found] if isinstance(found, Finding) else found
        except (SvgAiError, OSError) as fault:
            yield Finding(name, "fault", f"it cannot be checked: {fault}")


def _gpu_finding() -> Finding:
    import onnxruntime

    return gpu_finding(cuda_devices, onnxruntime.get_available_providers())
