"""
SIGHUP: the models are to be read anew. The supervisor hands the signal on; a worker reloads, and answers meanwhile.

Circus, which is BentoML's supervisor, would start another worker and end this one, before the new one is ready and
whatever becomes of its models. So the signal is blocked, in every thread and every process that is started from now
on, and one thread waits for it; the worker lets it through once it can act on it.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import psutil

_RELOAD = frozenset({signal.SIGHUP})

logger = logging.getLogger("svgai.processes")


def hand_on_reloads(workers: Callable[[], Iterable[psutil.Process]]) -> None:
    """
    In the supervisor: send SIGHUP on to the workers that there are then.

    To be called before threads of our own are started: one that does not block the signal would get it. NumPy's, which
    are there already, end when the first worker is forked.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _RELOAD)

    def wait() -> None:
        while True:
            signal.sigwait(_RELOAD)
            logger.info("the models are to be reloaded")
            for worker in workers():
                with suppress(psutil.Error):
                    worker.send_signal(signal.SIGHUP)

    threading.Thread(target=wait, name="reload", daemon=True).start()


async def reload_when_asked(reload: Callable[[], Awaitable[None]]) -> None:
    """In a worker's event loop, for ever: reload at SIGHUP. Signals that come meanwhile are one more, afterwards."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _RELOAD)
    while True:
        await asked.wait()
        asked.clear()
        await reload()
