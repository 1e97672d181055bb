"""The summary of a run: counts, bytes, rate, and errors by kind."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from commands.folders.records import FileRecord


@dataclass
class Summary:
    """Counts records as they come; keeps none of them."""

    clock: Callable[[], float] = time.monotonic
    converted: int = 0
    skipped: int = 0
    short: int = 0
    image_bytes: int = 0
    svg_bytes: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def add(self, record: FileRecord) -> None:
        """Count a record."""
        if record.state == "failed":
            self.errors[record.code] += 1
            self.examples.setdefault(record.code, f"{record.source}: {record.error}")
        elif record.state == "skipped":
            self.skipped += 1
        else:
            self.converted += 1
            self.short += not record.met_target
            self.image_bytes += record.image_bytes
            self.svg_bytes += record.quality.bytes if record.quality else 0

    @property
    def done(self) -> int:
        return self.converted + self.skipped + self.failed

    @property
    def failed(self) -> int:
        return self.errors.total()

    @property
    def seconds(self) -> float:
        return self.clock() - self._began

    @property
    def rate(self) -> float:
        """Files a second that were converted or failed."""
        return (self.converted + self.failed) / max(self.seconds, 1e-9)
