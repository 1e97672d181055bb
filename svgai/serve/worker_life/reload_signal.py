"""
SIGHUP reloads the models. The supervisor forwards the signal; a worker reloads while it answers requests.

Circus, BentoML's supervisor, would start another worker and stop this one before the new one is ready, even if its
models are broken. So the signal is blocked in every thread and every process started from now on, and one thread waits
for it; the worker unblocks it once it can handle it.
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
    In the supervisor: forward SIGHUP to the current workers.

    To be called before our own threads are started: one that does not block the signal would receive it. NumPy's
    existing threads end when the first worker is forked.
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
    """In a worker's event loop, for ever: reload at SIGHUP. Signals during a reload cause one more afterwards."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _RELOAD)
    while True:
        await asked.wait()
        asked.clear()
        await reload()
