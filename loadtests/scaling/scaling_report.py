"""Figures of scaling as Markdown tables."""

import statistics
from collections.abc import Mapping, Sequence

from loadtests.scaling.capacity import Capacity, Prices
from loadtests.scaling.image_costs import ImageCosts
from loadtests.scaling.queue_check import QueueCheck, QueueFigures
from loadtests.scaling.scenarios import AutoscalerTrial, QueueTrial
from loadtests.scaling.shared_stores import StoreCosts
from reports.markdown import number, table


def costs_table(costs: Mapping[str, Sequence[ImageCosts]]) -> str:
    """One row for each kind of images and size: images a second and core, and resources."""
    header = (
        "images | px | classify, a second and core | optimize | convert "
        "| a conversion, s: median | mean | 90 of 100 | memory, MB | request, kB | answer, kB"
    )
    return table(header, [_costs_row(kind, one) for kind, sides in costs.items() for one in sides])


def checks_table(checks: Sequence[QueueCheck]) -> str:
    """One row for each load: the real service, and the model of it."""
    header = (
        "cores | load | requests | a conversion, s | refused: real | model | p50, s: real | model "
        "| p95, s: real | model | failed"
    )
    rows = []
    for check in checks:
        pairs = zip(_figures(check.real), _figures(check.simulated), strict=True)
        seen = [figure for pair in pairs for figure in pair]
        about = [str(check.cores), number(check.load, ".1f"), str(check.requests), number(check.convert_s, ".2f")]
        rows.append([*about, *seen, str(check.failed)])
    return table(header, rows)


def queues_table(trials: Sequence[QueueTrial]) -> str:
    """One row for each limit and load balancing method, three figures for each load."""
    loads = sorted({trial.load for trial in trials})
    header = "a request goes to | refused beyond a wait of, s | " + " | ".join(
        f"load {number(load, '.1f')}: refused, p50, p95" for load in loads
    )
    by_case: dict[tuple[bool, float], dict[float, QueueTrial]] = {}
    for trial in trials:
        by_case.setdefault((trial.least_busy, trial.longest_wait_s), {})[trial.load] = trial
    rows = []
    for (least_busy, wait_s), at in by_case.items():
        figures = (at[load] for load in loads)
        shown = (", ".join(_figures(QueueFigures(one.refused, one.p50_s, one.p95_s))) for one in figures)
        rows.append(["the less busy of two" if least_busy else "any", number(wait_s, ".1f"), *shown])
    return table(header, rows)


def autoscalers_table(trials: Sequence[AutoscalerTrial]) -> str:
    """One row for each scaling method and start-up time."""
    header = (
        "scaled by | a service starts in, s | refused | of the burst | p95, s "
        "| services, mean | most | changes of their number"
    )
    rows = [
        [
            *(trial.by, f"{trial.start_s:.0f}", number(trial.refused, ".1%"), number(trial.refused_within, ".1%")),
            *(number(trial.p95_s, ".2f"), f"{trial.services:.1f}", f"{trial.most:.0f}", f"{trial.changes:.0f}"),
        ]
        for trial in trials
    ]
    return table(header, rows)


def stores_table(costs: StoreCosts) -> str:
    """The use of shared stores by services."""
    header = "bytes a row, on the disk | rows a second of one process | connections of a service | series of a service"
    return table(
        header, [[f"{costs.row_bytes:,.0f}", f"{costs.rows_per_s:,.0f}", str(costs.connections), f"{costs.series:,}"]]
    )


def capacities_table(capacities: Mapping[str, Sequence[Capacity]], prices: Prices) -> str:
    """One row for each kind of images and rate; below it the assumptions."""
    header = (
        "images | a second | cores | services | memory, GB | money a month | for a million images | network, Mbit/s "
        "| rows, GB a day | writing, processes | connections | series"
    )
    rows = [
        [
            *(kind, f"{one.rate:,g}", f"{one.cores:,.0f}", f"{one.services:,}", f"{one.memory_gb:,.0f}"),
            *(f"{one.month:,.0f}", number(one.million, ",.2f"), number(one.network_mbit, ",.1f")),
            *(
                number(one.rows_gb_a_day, ",.1f"),
                number(one.writers, ",.1f"),
                f"{one.connections:,}",
                f"{one.series:,}",
            ),
        ]
        for kind, some in capacities.items()
        for one in some
    ]
    return (
        f"{table(header, rows)}\n\nAssumed: {number(prices.core_hour, '.3f')} of money for a core and hour, "
        f"{number(prices.used, '.0%')} of the cores used, {prices.cores} cores a service."
    )


def _costs_row(kind: str, costs: ImageCosts) -> list[str]:
    rates = (1 / seconds for seconds in (costs.classify_s, costs.optimize_s, costs.convert_s))
    p90 = statistics.quantiles(costs.conversions, n=10, method="inclusive")[-1]
    times = (statistics.median(costs.conversions), statistics.fmean(costs.conversions), p90)
    return [
        *(kind, str(costs.side), *(number(rate, ".1f") for rate in rates), *(number(time, ".2f") for time in times)),
        *(f"{costs.memory_mb:.0f}", f"{costs.sent_bytes / 1e3:.0f}", number(costs.answered_bytes / 1e3, ".1f")),
    ]


def _figures(figures: QueueFigures) -> list[str]:
    return [number(figures.refused, ".1%"), number(figures.p50_s, ".2f"), number(figures.p95_s, ".2f")]
