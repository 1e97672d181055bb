"""Whether this machine has room on its disks, and its ports free."""

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from commands.delivery.built_bentos import bentoml_home
from commands.health.finding import Finding
from svgai.settings import Settings

NEEDED_BYTES = 500_000_000
"""What a training with its Bento takes; below it steps fail half way."""

SCARCE_BYTES = 2_000_000_000
_SCARCE_INODES = 10_000

_PORTS = {3000: ("svgai serve", "svgai serve --port 3001"), 5000: ("make mlflow", "make mlflow PORT=5001")}


def disk_findings(settings: Settings, folder: Path) -> Iterator[Finding]:
    """One for each disk that something is written to."""
    places = [folder, bentoml_home(), Path(tempfile.gettempdir())]
    places += [file.absolute().parent for file in (settings.log_file,) if file is not None]
    if settings.quality_db_url.startswith("sqlite:///"):
        places.append(Path(settings.quality_db_url.removeprefix("sqlite:///")).absolute().parent)
    seen = set()
    for place in places:
        there = next(path for path in (place.absolute(), *place.absolute().parents) if path.is_dir())
        device = there.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield disk_finding(there)


def disk_finding(place: Path, needed: int = NEEDED_BYTES, scarce: int = SCARCE_BYTES) -> Finding:
    """Whether there is room below a folder, in bytes and in files, and something can be written there."""
    check = f"disk of {place}"
    room = os.statvfs(place)
    free = room.f_bavail * room.f_frsize
    told = f"{free / 1e9:.1f} GB are free"
    clean = f"svgai deploy --keep 2, or rm -rf {place}/data/search"
    if not os.access(place, os.W_OK):
        return Finding(check, "fault", "nothing can be written here", f"chown {psutil.Process().username()} {place}")
    if free < needed:
        return Finding(check, "fault", f"{told}, {needed / 1e9:.1f} GB are needed", clean)
    if room.f_files and room.f_favail < _SCARCE_INODES:
        return Finding(check, "fault", f"{room.f_favail} more files can be made", clean)
    return Finding(check, "warning" if free < scarce else "ok", told, clean if free < scarce else "")


def port_findings() -> Iterator[Finding]:
    """One for each usual port."""
    return (port_finding(port, *uses) for port, uses in _PORTS.items())


def port_finding(port: int, use: str, elsewhere: str) -> Finding:
    """Whether a usual port is free, or who has it."""
    check = f"port {port}"
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", port))
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                return Finding(check, "fault", f"{use} may not listen on it: {fault.strerror}", elsewhere)
            return Finding(check, "warning", f"in use by {_holder(port)}", elsewhere)
    return Finding(check, "ok", f"free for {use}")


def _holder(port: int) -> str:
    with suppress(psutil.Error):
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid:
                # Its command line may hold a password.
                return f"{psutil.Process(one.pid).name()} (process {one.pid})"
    return "another user's process"
