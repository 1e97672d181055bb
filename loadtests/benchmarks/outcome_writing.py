"""Throughput of rows through the spool into each kind of database."""

import multiprocessing
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from loadtests.servers.postgres_server import postgres_server
from svgai.describe.features import FEATURE_NAMES
from svgai.outcomes.outcome import Measures, Outcome, Tried
from svgai.outcomes.spool import Spool
from svgai.serve.outcomes.writer_process import hand_over_asked, read_handed_over, set_up, set_up_migration
from svgai.trace.parameters import TracingParameters

_ROOM = 10_000_000_000


@dataclass(frozen=True)
class WriteRate:
    """
    One kind of database.

    Attributes:
        row_bytes: Mean size of a row in the spool.
        append_us: Microseconds that a request spends on its row.
        rows_per_s: Rows per second that one process writes to the database.
    """

    database: str
    rows: int
    row_bytes: float
    append_us: float
    rows_per_s: float


def measure_writing(rows: int, progress: Callable[[int, int], None]) -> list[WriteRate]:
    """
    Measure both kinds, with the given number of rows.

    Raises:
        ProgramFailed: PostgreSQL is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="svgai-outcomes-") as temporary:
        folder = Path(temporary)
        found = [_rate("SQLite", f"sqlite:///{folder / 'quality.db'}", folder / "first", rows)]
        progress(1, 2)
        with postgres_server(folder / "postgres", durable=True) as server:
            found.append(_rate("PostgreSQL", server.create("quality"), folder / "second", rows))
        progress(2, 2)
    return found


def sample_outcome(numbers: random.Random) -> Outcome:
    """A typical conversion: two trials, with realistic numbers."""

    def figures(*names: str) -> dict[str, float]:
        return {name: numbers.random() for name in names}

    parameters = TracingParameters().model_dump()
    measured = {**figures("ssim", "worst", "edge_ssim", "delta_e"), "bytes": numbers.randrange(200, 9000), "paths": 9}
    predicted = figures("ssim", "ssim_low", "worst", "edge_ssim", "delta_e", "bytes", "seconds")
    tried = Tried(
        parameters=parameters, predicted=predicted, measured=Measures.model_validate(measured), seconds=numbers.random()
    )
    return Outcome.model_validate(
        {
            "conversion_id": uuid.UUID(int=numbers.getrandbits(128)).hex,
            "image_sha256": f"{numbers.getrandbits(256):064x}",
            "features": tuple(round(value, 8) for value in figures(*FEATURE_NAMES).values()),
            "logo_type": "simple",
            **figures("confidence", "target", "min_worst"),
            "parameters": parameters,
            "predicted": predicted,
            **measured,
            "met": True,
            "trials": 2,
            "tried": (tried, tried),
            "seconds": figures("classifier", "optimizer", "tracing", "total"),
            "model_version": "classifier:12,optimizer:34",
        }
    )


def _rate(database: str, url: str, folder: Path, rows: int) -> WriteRate:
    numbers = random.Random(1)  # noqa: S311 - sizes, not secrets
    outcomes = [sample_outcome(numbers) for _ in range(rows)]
    spool = Spool(folder, _ROOM)
    began = time.perf_counter()
    for outcome in outcomes:
        spool.append(outcome)
    appended = time.perf_counter() - began
    spool.close_file()
    size = sum(path.stat().st_size for path in folder.iterdir())
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        written, seconds = process.submit(_written, folder, url).result()
    assert written == rows
    return WriteRate(database, rows, size / rows, 1e6 * appended / rows, written / seconds)


def _written(folder: Path, url: str) -> tuple[int, float]:
    """Rows and seconds, in a process like the service's own."""
    set_up_migration(url)(b"")
    handle = set_up(folder, url)
    written, began = 0, time.perf_counter()
    while (done := read_handed_over(handle(hand_over_asked()))).more:
        written += done.written
    return written, time.perf_counter() - began
