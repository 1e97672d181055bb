"""A comparison as a section of a Markdown document."""

import os
from pathlib import Path

from loadtests.peers.comparison import COMMON_SHARE, Comparison
from loadtests.peers.comparison_figures import Row, Spread, table
from loadtests.peers.environments import version
from loadtests.peers.serving_peers import OURS, PEERS
from reports import markdown

HEADER = (
    "peer",
    "requests/s at most",
    "p50, ms",
    "p99, ms",
    "CPU ms a request",
    "CPU ms a request, full load",
    "memory, MB",
    "ready after, s",
)


def report(comparison: Comparison, command: str, how: str, picture: Path, document: Path) -> str:
    """The figures as Markdown, with the command that reproduces them, the method, and the picture."""
    rows = table(comparison)
    refused = [f"{_title(row.peer)} {markdown.number(row.refused, '.1%')}" for row in rows if row.refused]
    share = markdown.number(COMMON_SHARE, ".0%")
    rate = f"{comparison.common_rate:g} requests a second, {share} of the slowest peer's capacity"
    parts = [
        f"    {command}",
        f"{how} {_versions(comparison)}.",
        f"Latencies and CPU are at {rate}. Medians over the rounds; in brackets the least and the greatest.",
        markdown.table(" | ".join(HEADER), [_emphasized(row) for row in rows]),
    ]
    if refused:
        parts.append(f"Without a good answer at this rate: {', '.join(refused)}.")
    parts += [f"{_title(peer)} is left out: {why}" for peer, why in comparison.left_out.items()]
    parts.append(f"![Latency against rate]({os.path.relpath(picture, document.parent)})")
    return "\n\n".join(parts)


def cells(row: Row) -> tuple[str, ...]:
    """A formatted row, with the cells of HEADER."""
    return (
        _title(row.peer),
        _ranged(row.capacity, ".0f"),
        _ranged(row.p50_ms, ".1f"),
        _ranged(row.p99_ms, ".1f"),
        _ranged(row.cpu_ms, ".1f"),
        _ranged(row.cpu_full_ms, ".1f"),
        _ranged(row.memory_mb, ".0f"),
        _ranged(row.ready_s, ".1f"),
    )


def _emphasized(row: Row) -> tuple[str, ...]:
    title, *rest = cells(row)
    return (f"**{title}**" if row.peer == OURS else title, *rest)


def _ranged(value: Spread, form: str) -> str:
    return f"{value.median:{form}} ({value.low:{form}} to {value.high:{form}})"


def _versions(comparison: Comparison) -> str:
    packages = dict.fromkeys(PEERS[visit.peer].requirements or "bentoml" for visit in comparison.visits)
    return ", ".join(f"{name} {version(name)}" for name in packages)


def _title(peer: str) -> str:
    return PEERS[peer].title
