"""Isolation, measured on a stand-in of the service."""

import math

import pytest

from loadtests.benchmarks.isolation import CONVERTING_CLIENTS, IsolationRow, measure_isolation
from tests.fakes.load_cases import CONVERSION_S, CONVERTERS, stand_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[IsolationRow]:
    """Both calls beside all numbers of clients, for a little longer than one conversion takes."""
    with stand_in(tmp_path_factory.mktemp("service")) as server:
        return measure_isolation(server, [b"PNG"], 1, 1.2 * CONVERSION_S, lambda _done, _total: None)


def test_both_calls_are_watched_beside_all_numbers_of_clients(rows: list[IsolationRow]) -> None:
    """Every request gets its answer."""
    expected = [(api, clients) for api in ("classify", "optimize") for clients in CONVERTING_CLIENTS]
    assert [(row.api, row.converting) for row in rows] == expected
    assert all(0 < row.p50_ms <= row.p99_ms and row.failed == 0 for row in rows)


def test_without_conversions_it_is_quiet(rows: list[IsolationRow]) -> None:
    """That is what the others are compared with."""
    for row in rows:
        if row.converting == 0:
            assert (row.ratio, row.converted, row.refused) == (1, 0, 0)
            assert math.isnan(row.convert_p99_ms)


def test_conversions_are_counted_over_the_time_that_they_took(rows: list[IsolationRow]) -> None:
    """Those that were begun in time and ended later do not make more a second than can be; refusals are none."""
    for row in rows:
        if row.converting:
            assert 0 < row.converted <= CONVERTERS / CONVERSION_S
            assert row.convert_p99_ms >= 1000 * CONVERSION_S
            assert 0 < row.refused < 1


def test_a_ratio_is_that_of_the_same_call(rows: list[IsolationRow]) -> None:
    """Not of the other one."""
    quiet = {row.api: row.p99_ms for row in rows if row.converting == 0}
    assert all(row.ratio == pytest.approx(row.p99_ms / quiet[row.api]) for row in rows)
