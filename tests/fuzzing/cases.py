"""Numbered cases of every target, each run with a look at its memory and time; what failed is kept as a file."""

import hashlib
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.fuzzing.mutations import mutated
from tests.fuzzing.sound_files import sound_files
from tests.fuzzing.targets import TARGETS, body

MOST_MB = 300
"""What one case may add to the process, with images of up to a megapixel."""

MOST_SECONDS = 2.0
"""Processor time that one case may take."""

_SHARES = ("decode",) * 16 + ("form",) * 3 + ("tracing",)


@dataclass(frozen=True)
class Failure:
    """A case that broke a promise; `target` and `data` say how to run it again."""

    number: int
    target: str
    data: bytes
    reason: str

    def write(self, folder: Path) -> Path:
        """Keep the input, named by its target and content."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.target}-{hashlib.sha256(self.data).hexdigest()[:12]}"
        file.write_bytes(self.data)
        return file


def case(number: int) -> tuple[str, bytes]:
    """Target and input of a case; the same for the same number."""
    target = _SHARES[number % len(_SHARES)]
    if target == "decode":
        return target, mutated(_files(), number)
    return target, body(number) if target == "form" else number.to_bytes(8)


def failures(
    numbers: Iterable[int], *, timed: bool, begun: Callable[[int], None] = lambda _: None
) -> Iterator[Failure]:
    """Run cases, of each of which `begun` is told; with `timed` one that takes long is a failure, too."""
    for number in numbers:
        begun(number)
        target, data = case(number)
        reason = _run(target, data, timed=timed)
        if reason:
            yield Failure(number, target, data, reason)


def run_file(file: Path) -> None:
    """Run the input of a file that is named for its target; raises what came out."""
    TARGETS[file.name.partition("-")[0]](file.read_bytes())


def _run(target: str, data: bytes, *, timed: bool) -> str | None:
    before, began = _fresh_peak_mb(), time.process_time()
    try:
        TARGETS[target](data)
    except Exception as fault:  # noqa: BLE001 - whatever gets out is what is looked for
        return f"{type(fault).__name__}: {fault}"[:300]
    grown, seconds = _peak_mb() - before, time.process_time() - began
    if grown > MOST_MB:
        return f"took {grown:.0f} MB"
    return f"took {seconds:.1f} s" if timed and seconds > MOST_SECONDS else None


@lru_cache(maxsize=1)
def _files() -> list[bytes]:
    return sound_files()


def _fresh_peak_mb() -> float:
    """Peak memory of this process in MB, begun anew where the system lets us: elsewhere peaks of all cases add up."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak_mb()


def _peak_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1e3
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
