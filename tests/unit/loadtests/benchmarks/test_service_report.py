"""Figures of the service as Markdown."""

from loadtests.benchmarks.folder_rate import FolderFigures
from loadtests.benchmarks.isolation import IsolationRow
from loadtests.benchmarks.limit import Limit, median_limit
from loadtests.benchmarks.memory import MemoryFigures, Start
from loadtests.benchmarks.overload import OverloadRow
from loadtests.benchmarks.service_report import (
    folder_table,
    isolation_table,
    limit_table,
    memory_table,
    overload_table,
    start_table,
    throughput_table,
)
from loadtests.benchmarks.throughput import ThroughputRow


def test_every_table_has_as_many_cells_as_titles() -> None:
    """In every row."""
    tables = [
        limit_table(Limit(320, 358, 205, 303)),
        throughput_table([ThroughputRow("classify", 32, False, 290.4, 0.811, 0.9, 17.2, 110.1, 150.2, 0)]),
        isolation_table([IsolationRow("classify", 8, 6.0, 12.0, 1.5, 6.5, 1900, 0.25, 0)]),
        overload_table([OverloadRow("convert", 7, 21, 7, 0.66, 0, 1900, 3, 700, 710, 705, 0.8)]),
        start_table(Start(4.1, 0.31, 4.4)),
        memory_table(MemoryFigures(60, 760, 740, 480, 0.012)),
        folder_table(FolderFigures(400, 2, 4.1, 3.9, 0.95, 0.97, 0.98, 5.5, 610, 612, 650)),
    ]
    for text in tables:
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert len(lines) >= 3
        assert len({line.count("|") for line in lines}) == 1


def test_a_lone_client_after_the_burst_is_told_apart() -> None:
    """It is the one that learned waits would hold."""
    rows = [ThroughputRow("classify", 1, after, 150, 0.4, 0.6, 1, 5.1, 9.3, 2) for after in (False, True)]
    text = throughput_table(rows)
    assert "| classify | 1 | 150 | .40 |" in text
    assert "| classify | 1, right after | 150 |" in text
    assert "Requests without a good answer: 4." in text


def test_without_conversions_there_is_nothing_to_tell_of_them() -> None:
    """Dashes stand for what was not measured."""
    text = isolation_table([IsolationRow("classify", 0, 6.0, 12.0, 1.0, 0.0, float("nan"), 0.0, 0)])
    assert "| classify | 0 | 6.0 | 12.0 | 1.0 | - | - | - |" in text


def test_limits_of_several_rounds_are_medians() -> None:
    """Figure by figure."""
    assert median_limit([Limit(1, 9, 5, 7), Limit(2, 8, 6, 1), Limit(3, 7, 4, 4)]) == Limit(2, 8, 5, 4)
