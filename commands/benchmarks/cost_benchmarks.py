"""What the quality store and the metrics cost the service, and how fast rows are written."""

from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

import typer

from commands.benchmarks.arguments import Count, Images, Side
from commands.benchmarks.measured import Report, Result, require_place, service_log
from commands.checks.load_images import png_images
from commands.terminal.arguments import Json
from commands.terminal.console import Console
from loadtests.benchmarks.cost_report import costs_table, writing_table
from loadtests.benchmarks.feature_costs import measure_costs
from loadtests.benchmarks.outcome_writing import measure_writing
from loadtests.servers.local_server import LocalServer, svgai_service

Rounds = Annotated[int, typer.Option(min=1, help="Medians are of so many rounds.")]
Seconds = Annotated[float, typer.Option(min=1, help="How long each service is loaded in a round.")]


def outcomes(
    rows: Annotated[int, typer.Option(min=1000, help="Rows to write to each database.")] = 20_000,
    images: Images = None,
    count: Count = 100,
    side: Side = 256,
    rounds: Rounds = 9,
    seconds: Seconds = 8,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Rows a second into SQLite and PostgreSQL; throughput and memory of the service with the store and without."""
    require_place(report, "outcomes")
    files = png_images(images, count, side)
    console = Console(quiet=as_json)
    with ExitStack() as stack:
        bars = stack.enter_context(console.progress())
        rates = measure_writing(rows, bars.counter("Writing"))
        without, with_store = _services(stack, "QUALITY_TRACKING_ENABLED")
        costs = measure_costs(without, with_store, files, rounds, seconds, bars.counter("Loading"))
    figures = {"writing": [asdict(rate) for rate in rates], "costs": asdict(costs)}
    Result("outcomes", figures, f"{writing_table(rates)}\n\n{costs_table(costs, 'the store')}").show(
        report, as_json=as_json
    )


def metrics(
    images: Images = None,
    count: Count = 100,
    side: Side = 256,
    rounds: Rounds = 9,
    seconds: Seconds = 8,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Throughput and memory of the service with its own metrics and without (AI_METRICS_ENABLED)."""
    require_place(report, "metrics")
    files = png_images(images, count, side)
    with ExitStack() as stack:
        bars = stack.enter_context(Console(quiet=as_json).progress())
        without, with_metrics = _services(stack, "AI_METRICS_ENABLED")
        costs = measure_costs(without, with_metrics, files, rounds, seconds, bars.counter("Loading"))
    Result("metrics", asdict(costs), costs_table(costs, "metrics")).show(report, as_json=as_json)


def _services(stack: ExitStack, switch: str) -> tuple[LocalServer, LocalServer]:
    """Two services that differ in one setting: with it off, and with it on."""
    off, on = (stack.enter_context(svgai_service(service_log(stack), **{switch: value})) for value in ("false", "true"))
    return off, on
