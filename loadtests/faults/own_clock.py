"""Processes with a separate clock, which can be set while they run. Needs a C compiler."""

import shutil
import struct
import subprocess
from pathlib import Path

from svgai.errors import ProgramFailed

_SOURCE = Path(__file__).with_suffix(".c")
_COMPILER = "cc"
_SECONDS = struct.Struct("d")


def can_build() -> bool:
    """Whether there is a compiler."""
    return shutil.which(_COMPILER) is not None


class OwnClock:
    """
    The clock of the processes that have the variables of `environment`.

    Raises:
        ProgramFailed: the library to preload cannot be built.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        library = folder / "own_clock.so"
        self.set_ahead(0)
        command = [_COMPILER, "-O2", "-shared", "-fPIC", "-o", str(library), str(_SOURCE)]
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the command is ours
        except (OSError, subprocess.CalledProcessError) as fault:
            raise ProgramFailed(f"{_COMPILER} cannot build {_SOURCE.name}: {fault}") from fault
        self.environment = {"LD_PRELOAD": str(library), "OWN_CLOCK": str(self._file)}

    def set_ahead(self, seconds: float) -> None:
        """Set its offset from the system's clock, effective at once."""
        # Processes have mapped the file: it must not be replaced.
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(_SECONDS.pack(seconds))
