"""Results of the drills and the soak as Markdown tables."""

from collections.abc import Mapping, Sequence

from loadtests.faults.drill import RATE, Drill
from loadtests.faults.floods import FloodRow
from loadtests.faults.soak import Soak
from reports.markdown import table


def fault_table(drills: Sequence[Drill]) -> str:
    """One row for each fault."""
    columns = "sent | refused, 429 | failed | for, s | ready again | in progress after | promise"
    header = f"fault, at {RATE:g} requests a second | {columns}"
    return table(header, [_row(drill) for drill in drills])


def soak_table(found: Soak) -> str:
    """One row for each quarter, and the answers."""
    header = "quarter | memory, MB | open files | threads | temporary files | p99, ms"
    rows = [
        (
            str(number),
            f"{quarter.megabytes:.0f}",
            f"{quarter.descriptors:.0f}",
            f"{quarter.threads:.0f}",
            f"{quarter.temporary:.0f}",
            f"{quarter.p99_ms:.0f}",
        )
        for number, quarter in enumerate(found.quarters, start=1)
    ]
    return f"{table(header, rows)}\n\nGood images: {_statuses(found.good)}. Hostile ones: {_statuses(found.hostile)}."


def flood_table(rows: Sequence[FloodRow]) -> str:
    """One row for each file that was sent."""
    columns = "classify and optimize: p50, ms | p99, ms | to quiet | convert: p99, ms | to quiet | of these failed"
    return table(f"what is sent | answers to it | {columns}", [_flood_row(row) for row in rows])


def _flood_row(row: FloodRow) -> tuple[str, ...]:
    return (
        row.file,
        _statuses(row.answers),
        f"{row.p50_ms:.0f}",
        f"{row.p99_ms:.0f}",
        f"{row.ratio:.1f}",
        f"{row.convert_p99_ms:.0f}",
        f"{row.convert_ratio:.1f}",
        str(row.failed),
    )


def _statuses(counts: Mapping[int, int]) -> str:
    return ", ".join(f"{count} x {status or 'no answer'}" for status, count in sorted(counts.items())) or "none"


def _row(drill: Drill) -> tuple[str, ...]:
    if drill.skipped:
        return (drill.fault, "-", "-", "-", "-", "-", "-", f"not shown: {drill.skipped}")
    failed = _statuses(dict(drill.failed)) if drill.failed else "0"
    return (
        drill.fault,
        str(drill.sent),
        str(drill.refused),
        failed,
        f"{drill.lasted_s:.1f}",
        "yes" if drill.ready else "no",
        f"{drill.busy:g}",
        "held" if drill.whole else "broken",
    )
