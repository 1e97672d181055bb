"""The faults, and the guarantee for each: which requests may fail, and that the service recovers by itself."""

import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import psutil

from loadtests.faults.own_clock import OwnClock
from loadtests.faults.process_roles import conversion_processes, decode_processes, fork_server, supervisor, worker
from loadtests.faults.small_disk import fill
from loadtests.servers.local_server import LocalServer
from loadtests.servers.redis_server import RedisServer

FOUND_AFTER_S = 3.0
"""Seconds within which a stopped supervisor has to resume."""

ROOM_LEFT_MB = 8
"""Remaining address space of a conversion process that is short of memory."""


@dataclass(frozen=True)
class Place:
    """
    The environment of a fault.

    Attributes:
        server: The service under load.
        models: A copy of the models that it serves.
        disk: A separate small disk, for temporary files, metrics and the log.
        clock: The service's separate clock.
        redis: Its conversion cache.
    """

    server: LocalServer
    models: Path
    disk: Path
    clock: OwnClock | None = None
    redis: RedisServer | None = None


Blow = Callable[[Place], None]

Need = Literal["disk", "clock", "redis"]
"""A separate disk, which requires root; a separate clock, which requires a C compiler; a Redis."""


@dataclass(frozen=True)
class Fault:
    """
    One fault.

    Attributes:
        name: A short description.
        strike: Injects the fault.
        heal: Ends it after a while from outside the service, for example by freeing disk space.
        settings: The environment of the service; {disk} and {redis} are replaced by the environment's.
        needs: Requirements on the environment beside the service.
    """

    name: str
    strike: Blow
    heal: Blow | None = None
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    needs: Need | None = None


def _signal(role: Callable[[LocalServer], Sequence[psutil.Process]], number: signal.Signals) -> Blow:
    def strike(place: Place) -> None:
        for process in role(place.server):
            os.kill(process.pid, number)

    return strike


def _one_conversion(server: LocalServer) -> list[psutil.Process]:
    return conversion_processes(server)[:1]


def _one_decode(server: LocalServer) -> list[psutil.Process]:
    return decode_processes(server)[:1]


def _stop_fork_server(place: Place) -> None:
    converting = conversion_processes(place.server)
    _signal(fork_server, signal.SIGSTOP)(place)
    for process in converting:
        process.kill()


def _stop_supervisor(place: Place) -> None:
    _signal(supervisor, signal.SIGSTOP)(place)
    time.sleep(FOUND_AFTER_S)
    _signal(worker, signal.SIGKILL)(place)


def _fill(place: Place) -> None:
    fill(place.disk / "ballast")


def _empty(place: Place) -> None:
    (place.disk / "ballast").unlink()


def _limit_memory(place: Place) -> None:
    for process in conversion_processes(place.server):
        limit = process.memory_info().vms + ROOM_LEFT_MB * 1_000_000
        process.rlimit(resource.RLIMIT_AS, (limit, limit))


def _damage(place: Place) -> None:
    for file in place.models.iterdir():
        if file.suffix in (".onnx", ".xgb"):
            file.write_bytes(b"damaged")


def _damage_models(place: Place) -> None:
    _damage(place)
    _signal(_one_conversion, signal.SIGKILL)(place)


def _remove_models(place: Place) -> None:
    shutil.rmtree(place.models)
    _signal(_one_conversion, signal.SIGKILL)(place)


def _jump(seconds: float) -> Blow:
    def strike(place: Place) -> None:
        assert place.clock is not None
        place.clock.set_ahead(seconds)

    return strike


def _cut_off_redis(place: Place) -> None:
    assert place.redis is not None
    place.redis.hang()


def _connect_redis(place: Place) -> None:
    assert place.redis is not None
    place.redis.go_on()


def _reload_damaged_models(place: Place) -> None:
    _damage(place)
    _signal(supervisor, signal.SIGHUP)(place)


_ON_DISK = MappingProxyType({"TMPDIR": "{disk}", "LOG_FILE": "{disk}/service.log"})
FAULTS = (
    Fault("worker killed", _signal(worker, signal.SIGKILL)),
    Fault("worker crashes (SIGSEGV)", _signal(worker, signal.SIGSEGV)),
    Fault("worker stopped (SIGSTOP)", _signal(worker, signal.SIGSTOP)),
    Fault("conversion process killed", _signal(_one_conversion, signal.SIGKILL)),
    Fault("conversion process crashes (SIGSEGV)", _signal(_one_conversion, signal.SIGSEGV)),
    Fault("all conversion processes stopped (SIGSTOP)", _signal(conversion_processes, signal.SIGSTOP)),
    Fault("decode process killed", _signal(_one_decode, signal.SIGKILL)),
    Fault("all decode processes stopped (SIGSTOP)", _signal(decode_processes, signal.SIGSTOP)),
    Fault("decode process crashes (SIGSEGV)", _signal(_one_decode, signal.SIGSEGV)),
    Fault("fork server killed", _signal(fork_server, signal.SIGKILL)),
    Fault("fork server crashes (SIGSEGV)", _signal(fork_server, signal.SIGSEGV)),
    Fault("fork server stopped (SIGSTOP), all conversion processes killed", _stop_fork_server),
    Fault("supervisor killed", _signal(supervisor, signal.SIGKILL)),
    Fault("supervisor crashes (SIGSEGV)", _signal(supervisor, signal.SIGSEGV)),
    Fault("supervisor stopped (SIGSTOP), the worker killed 3 s later", _stop_supervisor),
    Fault("conversion processes short of memory", _limit_memory),
    Fault("disk of TMPDIR and LOG_FILE full", _fill, _empty, settings=_ON_DISK, needs="disk"),
    Fault("model files damaged, a conversion process killed", _damage_models),
    Fault("model files removed, a conversion process killed", _remove_models),
    Fault("model files damaged, then reloaded (SIGHUP)", _reload_damaged_models),
    Fault("clock an hour ahead", _jump(3600), needs="clock"),
    Fault("clock an hour behind", _jump(-3600), needs="clock"),
    Fault("network to Redis cut", _cut_off_redis, _connect_redis, settings={"CACHE_URL": "{redis}"}, needs="redis"),
)
