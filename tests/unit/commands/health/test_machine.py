"""Whether disks have room, and ports are free."""

import os
import socket
from pathlib import Path

from commands.health.machine import disk_finding, disk_findings, port_finding
from svgai.settings import Settings


def test_a_port_in_use_names_who_has_it() -> None:
    """It may be this project's own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = port_finding(taken.getsockname()[1], "svgai serve", "svgai serve --port 3001")
    assert (found.state, found.way_out) == ("warning", "svgai serve --port 3001")
    assert f"process {os.getpid()}" in found.told


def test_a_free_port_is_good() -> None:
    """It says what for."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert port_finding(port, "svgai serve", "").told == "free for svgai serve"


def test_little_room_is_a_warning_and_less_a_fault(tmp_path: Path) -> None:
    """By what a training with its Bento takes."""
    free = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize
    assert disk_finding(tmp_path, needed=0, scarce=0).state == "ok"
    assert disk_finding(tmp_path, needed=0, scarce=2 * free).state == "warning"
    found = disk_finding(tmp_path, needed=2 * free, scarce=2 * free)
    assert (found.state, "are needed" in found.told) == ("fault", True)


def test_a_disk_is_told_once(tmp_path: Path) -> None:
    """However many folders lie on it, those that are not there yet, too."""
    settings = Settings(_env_file=None, log_file=tmp_path / "none/yet/service.log")
    names = [found.check for found in disk_findings(settings, tmp_path)]
    assert len(names) == len(set(names))
    assert any(str(tmp_path) in name for name in names)
