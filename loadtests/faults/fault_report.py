"""What the drills showed, as a Markdown table."""

from collections.abc import Sequence

from loadtests.faults.drill import RATE, Drill
from reports.markdown import table


def fault_table(drills: Sequence[Drill]) -> str:
    """One row for each fault."""
    header = (
        f"fault, at {RATE:g} requests a second | sent | failed | for, s | ready again | in progress after | promise"
    )
    return table(header, [_row(drill) for drill in drills])


def _row(drill: Drill) -> tuple[str, ...]:
    if drill.skipped:
        return (drill.fault, "-", "-", "-", "-", "-", f"not shown: {drill.skipped}")
    failed = ", ".join(f"{count} x {status or 'no answer'}" for status, count in drill.failed) or "0"
    return (
        drill.fault,
        str(drill.sent),
        failed,
        f"{drill.lasted_s:.1f}",
        "yes" if drill.ready else "no",
        f"{drill.busy:g}",
        "held" if drill.whole else "broken",
    )
