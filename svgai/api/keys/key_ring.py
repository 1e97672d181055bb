"""The accepted keys, from the settings and from a file that may change while the service runs."""

import hmac
import logging
import time
from collections.abc import Callable
from pathlib import Path

from svgai.api_keys import digest_of, parse_keys, read_keys_file

LOOK_AGAIN_S = 1.0
"""Seconds between checks of the file."""

_Stamp = tuple[int, int, int]

logger = logging.getLogger("svgai.keys")


class KeyRing:
    """
    Looks keys up. Without entries and file no key is required.

    The file is checked at most once a second and read again when it has changed. If it has become unreadable or
    invalid, the keys stay as they were, and that is logged once; if it has become empty, every key is rejected.

    Args:
        entries: of API_KEYS; valid ones.
        file: API_KEYS_FILE, if set.
        clock: monotonic, in seconds.
    """

    def __init__(
        self, entries: tuple[str, ...], file: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._entries, self._file, self._clock = entries, file, clock
        self._keys = parse_keys(entries)
        self._looked, self._stamp = 0.0, None if file is None else (-1, -1, -1)
        self._look()

    @property
    def asks(self) -> bool:
        """Whether a key is required."""
        return bool(self._keys) or self._file is not None

    def name_of(self, given: bytes) -> str | None:
        """The name of a key; None if it is not accepted."""
        if self._file is not None and self._clock() - self._looked >= LOOK_AGAIN_S:
            self._look()
        digest, name = digest_of(given), None
        # Every key is compared, so that the time taken does not reveal a near match.
        for key in self._keys:
            if hmac.compare_digest(digest, key.digest):
                name = key.name
        return name

    def _look(self) -> None:
        if self._file is None:
            return
        self._looked = self._clock()
        stamp = _stamp(self._file)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = read_keys_file(self._file, self._entries)
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else str(fault)
            logger.error("API_KEYS_FILE cannot be used; the keys stay as they were", extra={"fault": why})  # noqa: TRY400 - a traceback adds nothing
        else:
            logger.info("keys read", extra={"keys": len(self._keys)})


def _stamp(file: Path) -> _Stamp | None:
    """A value that changes with the file's content; None if there is no file."""
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
