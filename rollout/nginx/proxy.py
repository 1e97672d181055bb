"""
nginx in front of the services: its configuration, its process, and reloads that lose no request.

After a reload, new workers take new connections while the old ones finish their requests and exit.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from rollout.nginx.proxy_configuration import DRAINED_WITHIN_S, ProxyConfiguration
from rollout.processes import lives, wait_until_gone
from rollout.state import Service
from rollout.waiting import wait_until
from svgai.errors import DeploymentFault
from svgai.whole_files import written_beside

_RELOADED_WITHIN_S = 10.0
_SUBJECT = "the proxy"


@dataclass(frozen=True)
class Routes:
    """
    Routing of requests.

    Attributes:
        live: The service that gets them; None: all get 503.
        new: A service that gets `share` percent of them.
        logged: Whether answers are logged.
    """

    live: Service | None
    new: Service | None = None
    share: int = 0
    logged: bool = False


class Proxy:
    """
    One nginx, in its own folder.

    Args:
        max_body_bytes: Limit of request bodies of the services; bodies well above it are rejected by nginx.
    """

    def __init__(self, folder: Path, max_body_bytes: int) -> None:
        self._folder = folder.resolve()
        self._max_body_bytes = max_body_bytes
        self.log = self._folder / "answers.log"

    def route(self, routes: Routes, host: str, port: int) -> frozenset[int]:
        """
        Listen on an address and route requests by `routes` from now on; starts nginx if it does not run.

        Returns the worker processes that are finishing requests, for `wait_until_drained`.

        Raises:
            DeploymentFault: nginx is not installed, or rejects the configuration; the old one stays in force.
        """
        (self._folder / "temp").mkdir(parents=True, exist_ok=True)
        if not routes.logged:
            self.log.unlink(missing_ok=True)
        text = self._configuration(routes, host, port)
        with written_beside(self._configured) as partial:
            partial.write_text(text, encoding="utf-8")
            self._nginx("-t", "-c", str(partial))
        master = self._master()
        if master is None:
            self._end_orphans()
            self._nginx("-c", str(self._configured))
            return frozenset()
        return self._reload(master)

    def wait_until_drained(self, workers: frozenset[int]) -> None:
        """Wait until replaced workers have finished their requests; at most DRAINED_WITHIN_S."""
        wait_until(lambda: not any(psutil.pid_exists(worker) for worker in workers), DRAINED_WITHIN_S)

    def runs(self) -> bool:
        """Whether it answers with its last configuration."""
        return self._master() is not None

    def listens(self, host: str, port: int) -> bool:
        """Whether clients reach it at an address; the configuration on disk may be newer than the one in force."""
        master = self._master()
        if master is None:
            return False
        wanted = {address[4][:2] for address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        with suppress(psutil.NoSuchProcess):
            held = master.net_connections("inet")
            return any(one.status == psutil.CONN_LISTEN and tuple(one.laddr) in wanted for one in held)
        return False

    def stop(self) -> None:
        """Finish requests in progress and exit."""
        master = self._master()
        if master is not None:
            master.send_signal(signal.SIGQUIT)
            wait_until_gone([master], DRAINED_WITHIN_S)
        self.log.unlink(missing_ok=True)

    @property
    def _configured(self) -> Path:
        return self._folder / "nginx.conf"

    def _configuration(self, routes: Routes, host: str, port: int) -> str:
        return ProxyConfiguration(
            folder=self._folder,
            temp=self._folder / "temp",
            errors=str(self._folder / "error.log"),
            listen=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            live=_addresses(routes.live),
            version=nginx_version(),
            max_body_bytes=self._max_body_bytes,
            new=_addresses(routes.new),
            share=routes.share,
            user=_owner(self._folder) if os.geteuid() == 0 else "",
            log=str(self.log) if routes.logged else None,
        ).render()

    def _master(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int((self._folder / "nginx.pid").read_text()))
            # A process id in a file may be another program's by now.
            return process if str(self._configured) in " ".join(process.cmdline()) and lives(process) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _end_orphans(self) -> None:
        """Stop workers whose master was killed: they keep running, and hold the port. They finish their requests."""
        try:
            session = int((self._folder / "nginx.pid").read_text())
        except (OSError, ValueError):
            return
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error, ProcessLookupError):
                # The session id is that of the dead master; workers of another nginx with that session have a master.
                orphan = process.name() == "nginx" and os.getsid(process.pid) == session
                parent = process.parent() if orphan else None
                if orphan and (parent is None or parent.name() != "nginx"):
                    process.send_signal(signal.SIGQUIT)

    def _reload(self, master: psutil.Process) -> frozenset[int]:
        before = frozenset(child.pid for child in master.children())
        master.send_signal(signal.SIGHUP)
        # A failed reload is only reported in the log, and the old workers stay.
        reloaded = wait_until(
            lambda: any(child.pid not in before for child in master.children()), _RELOADED_WITHIN_S, every_s=0.01
        )
        if not reloaded:
            raise DeploymentFault(_SUBJECT, (f"nginx did not reload: {self._end_of_log()}",))
        return before

    def _nginx(self, *arguments: str) -> None:
        command = [_nginx_program(), "-p", str(self._folder), "-e", str(self._folder / "error.log"), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if result.returncode:
            raise DeploymentFault(_SUBJECT, (f"nginx refused: {result.stderr.strip()}",))

    def _end_of_log(self) -> str:
        path = self._folder / "error.log"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        return lines[-1] if lines else "it does not say why"


def nginx_version() -> tuple[int, ...]:
    """The version of the installed nginx; DeploymentFault where there is none."""
    result = subprocess.run([_nginx_program(), "-v"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", result.stderr)
    return tuple(map(int, found.groups())) if found else ()


def _addresses(service: Service | None) -> tuple[str, ...]:
    return (service.upstream,) if service else ()


def _owner(folder: Path) -> str:
    return pwd.getpwuid(folder.stat().st_uid).pw_name


def _nginx_program() -> str:
    # Debian has it in a folder that is not on an ordinary user's PATH.
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if program is None:
        raise DeploymentFault(_SUBJECT, ("nginx is not installed; on Debian: apt-get install nginx-light",))
    return program
