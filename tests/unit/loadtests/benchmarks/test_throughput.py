"""Throughput against a stand-in of the service."""

from pathlib import Path

import pytest

from loadtests.benchmarks.limit import Limit
from loadtests.benchmarks.throughput import APIS, CLIENTS, measure_throughput
from tests.fakes.load_cases import stand_in

pytestmark = pytest.mark.slow


def test_every_api_is_measured_with_all_numbers_of_clients(tmp_path: Path) -> None:
    """In every round, beside the limit of that round; the last lone client comes right after the many."""
    limits = [Limit(1, 100, 1, 50), Limit(3, 100, 1, 50)]
    left, told = list(limits), list[tuple[int, int]]()
    with stand_in(tmp_path) as server:
        rows, limit = measure_throughput(
            server, lambda: left.pop(0), [b"PNG"], 2, 0.2, lambda done, total: told.append((done, total))
        )
    expected = [(api, clients, place == 3) for api in APIS for place, clients in enumerate(CLIENTS)]
    assert [(row.api, row.clients, row.after_burst) for row in rows] == expected
    assert limit == Limit(2, 100, 1, 50)
    assert told == [(done, 16) for done in range(1, 17)]
    for row in rows:
        assert row.share == pytest.approx(row.rate / (100 if row.api == "classify" else 50))
        assert (row.batch, row.failed) == (2, 0)
        assert row.per_core > 0 or row.clients == 1  # in so short a time a lone client's work may count as none
        assert 0 < row.p50_ms <= row.p99_ms
