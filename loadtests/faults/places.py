"""A service with models and a disk of its own, for one fault."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from loadtests.faults.catalogue import Fault, Place
from loadtests.servers.local_server import svgai_service
from svgai.errors import SvgAiError
from svgai.model_files.model_pair import ModelSource

DISK_MB = 24
"""Size of the disk: room for metrics and a log, and soon full."""

_MOUNT = "/bin/mount"
_UNMOUNT = "/bin/umount"


def missing(fault: Fault) -> str | None:
    """Why this machine cannot show a fault; None where it can."""
    if fault.needs_disk and not _can_mount():
        return "a disk of its own can be mounted by root alone"
    return None


@contextmanager
def place_for(fault: Fault, models: ModelSource, log: Path) -> Iterator[Place]:
    """
    A running service that the fault may hit; nothing of it is left after the block.

    Raises:
        SvgAiError: the service did not get ready.
    """
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="svgai-fault-", ignore_cleanup_errors=True))
        )
        disk = folder / "disk"
        disk.mkdir()
        if fault.needs_disk:
            stack.enter_context(_mounted(disk))
        copied = _copy(models, folder / "models")
        settings = {name: value.format(disk=disk) for name, value in fault.settings.items()}
        server = stack.enter_context(
            svgai_service(
                log,
                MODEL_DIR=str(copied),
                CLASSIFIER_MODEL=models.classifier_name,
                OPTIMIZER_MODEL=models.optimizer_name,
                **settings,
            )
        )
        # One whose supervisor is killed has nobody else to stop the rest.
        stack.callback(_end, server.processes())
        yield Place(server, copied, disk)


def _copy(models: ModelSource, folder: Path) -> Path:
    folder.mkdir()
    shutil.copyfile(models.classifier_folder / models.classifier_name, folder / models.classifier_name)
    shutil.copyfile(models.optimizer_folder / models.optimizer_name, folder / models.optimizer_name)
    return folder


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    _run([_MOUNT, "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)])
    try:
        yield
    finally:
        _run([_UNMOUNT, "--lazy", str(folder)])


def _can_mount() -> bool:
    with tempfile.TemporaryDirectory(prefix="svgai-mount-") as folder:
        try:
            with _mounted(Path(folder)):
                return True
        except SvgAiError:
            return False


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the commands are ours
    except (OSError, subprocess.CalledProcessError) as fault:
        raise SvgAiError(f"{command[0]} failed: {fault}") from fault


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            for child in process.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()
