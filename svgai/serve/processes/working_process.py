"""
The program of a child process: it is set up once, then answers one message after the other.

Messages are in shared memory; the socket only carries their lengths. Output of libraries goes into a pipe that is read
when the process has died, and never blocks; it is not logged otherwise.
"""

import os
import signal
import socket
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from svgai.serve.processes.shared_memory import SharedMemory

Handler = Callable[[bytes], bytes]
"""Answers a message."""

SIGNAL = struct.Struct("<BQ")
"""The content of the socket: a kind, and the length of the message in memory."""

MESSAGE, FAULT, PING = 0, 1, 2

_NAME = Path("/proc/self/comm")


@dataclass(frozen=True)
class Work:
    """
    What a process does.

    `name` is what `ps` and `top` show, in 15 letters. `make_handler(*arguments)` sets the process up, in it.
    `niceness`: how much less processor time it gets than the service itself.
    """

    name: str
    make_handler: Callable[..., Handler]
    arguments: Sequence[Any]
    capacity: int
    niceness: int = 0


class Descriptor:
    """A file descriptor that is passed to a process being started."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Callable[[object], "Descriptor"], tuple[object]]:
        return _received, (DupFd(self.number),)


def _received(descriptor: object) -> Descriptor:
    return Descriptor(descriptor.detach())  # type: ignore[attr-defined]


def work(task: Work, channel: socket.socket, memory: SharedMemory, output: Descriptor) -> None:
    """Answer messages until the service closes its end, or has exited."""
    # A Python handler would wait for native code to return; the default action ends the process at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal: the service itself stops its processes
    for number in (1, 2):
        os.dup2(output.number, number)
    _NAME.write_text(task.name)
    _close_all_but({0, 1, 2, channel.fileno(), memory.descriptor})
    os.nice(task.niceness)
    try:
        handler = task.make_handler(*task.arguments)
    except Exception as fault:  # noqa: BLE001 - it is raised where the process was started
        _answer(channel, memory, FAULT, f"{type(fault).__name__}: {fault}".encode())
        return
    channel.send(SIGNAL.pack(MESSAGE, 0))
    while signalled := channel.recv(SIGNAL.size):
        kind, size = SIGNAL.unpack(signalled)
        if kind == PING:
            channel.send(SIGNAL.pack(MESSAGE, 0))
            continue
        try:
            reply = handler(memory.read(size))
        except Exception as fault:  # noqa: BLE001 - as above
            _answer(channel, memory, FAULT, f"{type(fault).__name__}: {fault}".encode())
        else:
            _answer(channel, memory, MESSAGE, reply)


def _answer(channel: socket.socket, memory: SharedMemory, kind: int, reply: bytes) -> None:
    if len(reply) > memory.capacity:
        kind, reply = FAULT, b"an answer that is too large to be sent"
    memory.write(reply)
    channel.send(SIGNAL.pack(kind, len(reply)))


def _close_all_but(kept: set[int]) -> None:
    """Close the fork server's descriptors, which a process with untrusted input must not have."""
    for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if number not in kept:
            # That of the listing itself is closed already.
            with suppress(OSError):
                os.close(number)
