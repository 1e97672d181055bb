"""A service with its own models and disk, for one fault."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from loadtests.faults.catalogue import Fault, Place
from loadtests.faults.own_clock import OwnClock, can_build
from loadtests.faults.small_disk import can_mount, mounted
from loadtests.servers.local_server import svgai_service
from loadtests.servers.redis_server import redis_server
from svgai.model_files.model_pair import ModelSource

DISK_MB = 24
"""Size of the disk: room for metrics and a log, and soon full."""


def missing(fault: Fault) -> str | None:
    """Why this machine cannot run a fault; None if it can."""
    if fault.needs == "disk" and not can_mount():
        return "a disk of its own can be mounted by root alone"
    if fault.needs == "clock" and not can_build():
        return "there is no C compiler"
    return None


@contextmanager
def place_for(fault: Fault, models: ModelSource, log: Path) -> Iterator[Place]:
    """
    A running service for the fault; it is removed after the block.

    Raises:
        SvgAiError: the service did not become ready.
    """
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="svgai-fault-", ignore_cleanup_errors=True))
        )
        disk = folder / "disk"
        disk.mkdir()
        if fault.needs == "disk":
            stack.enter_context(mounted(disk, DISK_MB))
        copied = _copy(models, folder / "models")
        redis = stack.enter_context(redis_server(folder)) if fault.needs == "redis" else None
        clock = OwnClock(folder) if fault.needs == "clock" else None
        values = {"disk": disk, "redis": redis.url if redis else ""}
        settings = {name: value.format(**values) for name, value in fault.settings.items()}
        settings |= clock.environment if clock else {}
        server = stack.enter_context(
            svgai_service(
                log,
                MODEL_DIR=str(copied),
                CLASSIFIER_MODEL=models.classifier_name,
                OPTIMIZER_MODEL=models.optimizer_name,
                **settings,
            )
        )
        # If its supervisor was killed, nothing else stops the rest.
        stack.callback(_end, server.processes())
        yield Place(server, copied, disk, clock, redis)


def _copy(models: ModelSource, folder: Path) -> Path:
    folder.mkdir()
    shutil.copyfile(models.classifier_folder / models.classifier_name, folder / models.classifier_name)
    shutil.copyfile(models.optimizer_folder / models.optimizer_name, folder / models.optimizer_name)
    return folder


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            for child in process.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()
