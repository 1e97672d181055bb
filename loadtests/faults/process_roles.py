"""The processes of a running service by role."""

import psutil

from loadtests.servers.local_server import LocalServer
from svgai.errors import SvgAiError

_WORKER = "_bentoml_impl.worker.service"
_FORK_SERVER = "multiprocessing.forkserver"


def supervisor(server: LocalServer) -> list[psutil.Process]:
    """The supervisor."""
    return [psutil.Process(server.pid)]


def worker(server: LocalServer) -> list[psutil.Process]:
    """
    The process that answers requests.

    Raises:
        SvgAiError: there is none at the moment.
    """
    (first,) = supervisor(server)
    return _found([child for child in first.children() if _WORKER in child.cmdline()], "worker")


def fork_server(server: LocalServer) -> list[psutil.Process]:
    """
    The process that conversion and decode processes are forked from.

    Raises:
        SvgAiError: there is none at the moment.
    """
    (parent,) = worker(server)
    return _found([child for child in parent.children() if _is_forked_from(child)], "fork server")


def conversion_processes(server: LocalServer) -> list[psutil.Process]:
    """
    The processes that trace, in the order of their ids.

    Raises:
        SvgAiError: there is none at the moment.
    """
    return _found(_forked(server, "convert"), "conversion process")


def decode_processes(server: LocalServer) -> list[psutil.Process]:
    """
    The processes that decode images for classify and optimize and check those of convert, in the order of their ids.

    Raises:
        SvgAiError: there is none at the moment.
    """
    return _found(_forked(server, "decode"), "decode process")


def _forked(server: LocalServer, work: str) -> list[psutil.Process]:
    """Processes by the prefix of their name, which is their role."""
    (parent,) = fork_server(server)
    named = [child for child in parent.children() if child.name().startswith(work)]
    return sorted(named, key=lambda process: process.pid)


def _is_forked_from(process: psutil.Process) -> bool:
    return any(_FORK_SERVER in argument for argument in process.cmdline())


def _found(processes: list[psutil.Process], role: str) -> list[psutil.Process]:
    if not processes:
        raise SvgAiError(f"the service has no {role} at the moment")
    return processes
