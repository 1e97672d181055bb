"""Measurements of the service as Markdown tables."""

import statistics
from collections.abc import Sequence

from loadtests.benchmarks.folder_rate import FolderFigures
from loadtests.benchmarks.image_run import Held, Starts, Stop
from loadtests.benchmarks.isolation import RATE, IsolationRow
from loadtests.benchmarks.limit import Limit
from loadtests.benchmarks.memory import MemoryFigures, Start
from loadtests.benchmarks.overload import FACTOR, OverloadRow
from loadtests.benchmarks.takeover import Takeovers
from loadtests.benchmarks.throughput import ThroughputRow
from reports.markdown import number, table


def limit_table(limit: Limit) -> str:
    """Images a second and core without a server."""
    rows = [
        ("classify", f"{limit.classify_single:.0f}", f"{limit.classify_batched:.0f}"),
        ("optimize", f"{limit.optimize_single:.0f}", f"{limit.optimize_batched:.0f}"),
    ]
    return table("without a server | images a second and core, one by one | in batches", rows)


def throughput_table(found: Sequence[ThroughputRow]) -> str:
    """One row for each call and number of clients."""
    header = (
        "call | clients | answers a second | of the limit | CPU: of the limit | requests a batch | p50, ms | p99, ms"
    )
    rows = [
        (
            row.api,
            f"{row.clients}{', right after' if row.after_burst else ''}",
            f"{row.rate:.0f}",
            number(row.share, ".2f"),
            number(row.per_core, ".2f"),
            f"{row.batch:.1f}",
            f"{row.p50_ms:.1f}",
            f"{row.p99_ms:.1f}",
        )
        for row in found
    ]
    return f"{table(header, rows)}\n\nRequests without a good answer: {_failed(found)}."


def isolation_table(found: Sequence[IsolationRow]) -> str:
    """One row for each measured call and number of converting clients."""
    header = (
        f"call, {RATE:g} a second | converting clients | p50, ms | p99, ms | p99 to quiet p99 | conversions a second"
        " | conversions' p99, ms | refused with 429"
    )
    rows = [
        (
            row.api,
            str(row.converting),
            f"{row.p50_ms:.1f}",
            f"{row.p99_ms:.1f}",
            f"{row.ratio:.1f}",
            f"{row.converted:.1f}" if row.converting else "-",
            f"{row.convert_p99_ms:.0f}" if row.converting else "-",
            number(row.refused, ".0%") if row.converting else "-",
        )
        for row in found
    ]
    return f"{table(header, rows)}\n\nRequests neither answered nor refused: {_failed(found)}."


def overload_table(found: Sequence[OverloadRow]) -> str:
    """One row for each call at FACTOR times its sustainable rate."""
    header = (
        f"call | sustains, a second | sent, {FACTOR:g} times that | answered | refused with 429 | p99 of answers, ms"
        " | p99 of refusals, ms | memory before, most, after, MB | normal again after, s"
    )
    rows = [
        (
            row.api,
            f"{row.sustainable:.1f}",
            f"{row.sent:.1f}",
            f"{row.answered:.1f}",
            number(row.refused, ".0%"),
            f"{row.p99_ms:.0f}",
            f"{row.refused_p99_ms:.0f}",
            f"{row.before_mb:.0f}, {row.peak_mb:.0f}, {row.after_mb:.0f}",
            f"{row.recovered_s:.1f}",
        )
        for row in found
    ]
    return f"{table(header, rows)}\n\nRequests neither answered nor refused: {_failed(found)}."


def start_table(start: Start) -> str:
    """Seconds of a start."""
    header = "ready after, s | slowest | of which loading the models"
    return table(header, [(f"{start.ready_s:.1f}", f"{start.slowest_ready_s:.1f}", number(start.models_s, ".2f"))])


def memory_table(figures: MemoryFigures) -> str:
    """Memory under load."""
    header = "minutes | resident at the end, MB | most | shared memory counted once | growth, last quarter to third"
    row = (
        f"{figures.minutes:.0f}",
        f"{figures.end_mb:.0f}",
        f"{figures.peak_mb:.0f}",
        f"{figures.end_proportional_mb:.0f}",
        number(figures.growth, "+.1%"),
    )
    return table(header, [row])


def container_table(starts: Starts, held: Held, stop: Stop) -> str:
    """Measurements of a running image."""
    rows = [
        ("ready after, s: median, most", f"{starts.ready_s:.1f}, {starts.slowest_ready_s:.1f}"),
        ("memory when ready, MB", f"{held.start_mb:.0f}"),
        (f"memory after {held.requests} requests, {held.failed} of them failed, MB", f"{held.loaded_mb:.0f}"),
        (f"stopped with {stop.under_way} conversions under way: answered", f"{stop.answered}"),
        (f"until it had ended with exit code {stop.exit_code}, s", f"{stop.seconds:.1f}"),
    ]
    return table("what | measured", rows)


def _failed(found: Sequence[ThroughputRow | IsolationRow | OverloadRow]) -> int:
    return sum(row.failed for row in found)


def takeover_table(found: Takeovers) -> str:
    """One row for promotions and one for rollbacks."""
    header = "command | times | served after, s: median, most | command done after, s: median, most"
    rows = []
    for what in ("promote", "rollback"):
        turns = [turn for turn in found.turns if turn.what == what]
        served, done = [turn.served_s for turn in turns], [turn.command_s for turn in turns]
        rows.append((f"svgai {what}", str(len(turns)), _middle_and_most(served), _middle_and_most(done)))
    failed = ", ".join(f"{count} with status {status}" for status, count in sorted(found.failed.items())) or "0"
    requests = f"{found.sent}, failed: {failed}, refused with 429: {found.refused}, p99 {found.p99_ms:.0f} ms"
    return f"{table(header, rows)}\n\nRequests meanwhile: {requests}."


def _middle_and_most(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f}, {max(seconds):.1f}" if seconds else "-"


def folder_table(found: FolderFigures) -> str:
    """One row."""
    header = (
        "files | processes | separate processes, files a second | svgai convert | of it | CPU: of it | busy"
        " | first SVG after, s | memory, second quarter, MB | last quarter | most"
    )
    row = (
        f"{found.files:,}",
        str(found.processes),
        f"{found.separate:.2f}",
        f"{found.folder:.2f}",
        number(found.share, ".2f"),
        number(found.cpu_share, ".2f"),
        number(found.busy, ".2f"),
        f"{found.start_s:.1f}",
        f"{found.early_mb:.0f}",
        f"{found.late_mb:.0f}",
        f"{found.most_mb:.0f}",
    )
    return table(header, [row])
