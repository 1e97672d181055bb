"""Tables of the document on scaling."""

from dataclasses import replace

from loadtests.scaling.capacity import Prices, capacity_for
from loadtests.scaling.image_costs import ImageCosts
from loadtests.scaling.queue_check import QueueCheck, QueueFigures
from loadtests.scaling.scaling_report import (
    autoscalers_table,
    capacities_table,
    checks_table,
    costs_table,
    queues_table,
)
from loadtests.scaling.scenarios import AutoscalerTrial, QueueTrial
from loadtests.scaling.shared_stores import StoreCosts

COSTS = ImageCosts(256, 0.004, 0.005, 0.25, (0.1, 0.2, 0.6), memory_mb=612, sent_bytes=20_000, answered_bytes=1_500)


def rows(table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]


def test_costs_are_rates_of_a_core() -> None:
    """A row for each size, as many cells as the header has."""
    header, _, row = rows(costs_table({"real logos": [COSTS]}))
    assert row == ["real logos", "256", "250.0", "200.0", "4.0", ".20", ".30", ".52", "612", "20", "1.5"]
    assert len(row) == len(header)


def test_checks_have_real_and_simulated_side_by_side() -> None:
    """Refusals and times in pairs."""
    check = QueueCheck(2, 1.5, 100, 0, 0.4, QueueFigures(0.25, 1.0, 2.0), QueueFigures(0.2, 1.1, 2.1))
    header, _, row = rows(checks_table([check]))
    assert row == ["2", "1.5", "100", ".40", "25.0 %", "20.0 %", "1.00", "1.10", "2.00", "2.10", "0"]
    assert len(row) == len(header)


def test_queues_are_a_row_for_each_case() -> None:
    """With the loads beside each other."""
    trials = [QueueTrial(False, 1.5, load, 0.1 * load, 0.5, 1.0) for load in (1.0, 0.8)]
    header, _, row = rows(queues_table(trials))
    assert header[2:] == ["load .8: refused, p50, p95", "load 1.0: refused, p50, p95"]
    assert row == ["any", "1.5", "8.0 %, .50, 1.00", "10.0 %, .50, 1.00"]


def test_autoscalers_are_a_row_each() -> None:
    """What it costs, and what it spares."""
    header, _, row = rows(autoscalers_table([AutoscalerTrial("waiting", 10, 0.01, 0.05, 1.5, 12.3, 30, 8)]))
    assert row == ["waiting", "10", "1.0 %", "5.0 %", "1.50", "12.3", "30", "8"]
    assert len(row) == len(header)


def test_capacities_say_what_was_assumed() -> None:
    """Beneath a row for each rate."""
    prices = Prices(core_hour=0.05)
    stores = StoreCosts(3_000, 2_500, 2, 1_000)
    found = [capacity_for(rate, replace(COSTS, convert_s=0.3), stores, prices) for rate in (1, 10_000)]
    table = capacities_table({"real logos": found}, prices)
    header, _, one, many = rows(table)
    assert one[1:5] == ["1", "2", "1", "1"]
    assert many[1:4] == ["10,000", "5,000", "2,500"]
    assert len(one) == len(header)
    assert ".050 of money for a core and hour, 60 % of the cores used" in table
