"""
The service under load, measured on this machine: `python -m commands.benchmarks throughput`, and so on.

Each command starts the service of the current folder with the newest models of the BentoML store, measures, and prints;
`--report docs/benchmarks.md` writes the figures where the document has a place for them.
"""

import math
import signal
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from commands.benchmarks.arguments import Count, Images, Side
from commands.benchmarks.cost_benchmarks import metrics, outcomes
from commands.benchmarks.fault_benchmarks import faults, floods, soak
from commands.benchmarks.folder_benchmarks import folder
from commands.benchmarks.measured import Report, Result, require_place, service_log, started
from commands.benchmarks.scaling_benchmarks import app as scaling
from commands.checks.load_images import image_folder, png_images
from commands.local.local_models import require_models
from commands.terminal.arguments import RUNS, EngineName, ImageName, Json
from commands.terminal.console import Console
from commands.terminal.entry import run
from containers.engine import find_engine
from loadtests.benchmarks.image_run import measure_held, measure_starts, measure_stop
from loadtests.benchmarks.isolation import measure_isolation
from loadtests.benchmarks.limit import Limit, measure_limit
from loadtests.benchmarks.memory import measure_start, memory_figures, watched
from loadtests.benchmarks.memory_picture import draw_memory
from loadtests.benchmarks.overload import measure_overload
from loadtests.benchmarks.service_report import (
    container_table,
    isolation_table,
    limit_table,
    memory_table,
    overload_table,
    start_table,
    takeover_table,
    throughput_table,
)
from loadtests.benchmarks.takeover import measure_takeovers
from loadtests.benchmarks.throughput import measure_throughput
from loadtests.objectives.locust_process import LocustRun, run_locust
from loadtests.objectives.slo import load_slo
from loadtests.objectives.stages import USER_RATE, parse_duration, steady
from loadtests.servers.local_inference import local_inference
from svgai.errors import SvgAiError
from svgai.settings import load_settings

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)

UNDER_WAY = 16
"""Conversions in progress when a container is stopped."""

Rounds = Annotated[int, typer.Option(min=1, help="Medians are of so many rounds.")]
Seconds = Annotated[float, typer.Option(min=1, help="Duration of each load.")]


@app.command()
def throughput(
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    rounds: Rounds = 3,
    seconds: Seconds = 10,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Classify and optimize: one client, 32, 64, and one right after, compared with the limit without a server."""
    require_place(report, "throughput")
    settings = load_settings()
    inference = local_inference(settings, require_models(settings, RUNS))
    files = png_images(images, count, side)

    def limit_now() -> Limit:
        return measure_limit(inference, files, settings.ai_batch_size, seconds / 4)

    with ExitStack() as stack:
        server, progress = started(stack, as_json=as_json)
        rows, limit = measure_throughput(server, limit_now, files, rounds, seconds, progress.counter("Measuring"))
    body = f"{limit_table(limit)}\n\n{throughput_table(rows)}"
    figures = {"limit": asdict(limit), "rows": [asdict(row) for row in rows]}
    Result("throughput", figures, body).show(report, as_json=as_json)


@app.command()
def isolation(
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    rounds: Rounds = 3,
    seconds: Seconds = 20,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Classify and optimize at a steady rate while clients convert as fast as they can."""
    require_place(report, "isolation")
    files = png_images(images, count, side)
    with ExitStack() as stack:
        server, progress = started(stack, as_json=as_json)
        rows = measure_isolation(server, files, rounds, seconds, progress.counter("Measuring"))
    Result("isolation", [asdict(row) for row in rows], isolation_table(rows)).show(report, as_json=as_json)


@app.command()
def overload(
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    seconds: Seconds = 30,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Three times the rate that each call sustains: answers, memory, and the time to recovery."""
    require_place(report, "overload")
    files = png_images(images, count, side)
    with ExitStack() as stack:
        server, progress = started(stack, as_json=as_json)
        rows = measure_overload(server, files, seconds, progress.counter("Measuring"))
    Result("overload", [asdict(row) for row in rows], overload_table(rows)).show(report, as_json=as_json)


@app.command()
def start(
    times: Annotated[int, typer.Option(min=1, help="How often to start.")] = 5,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Seconds until the service is ready."""
    require_place(report, "start")
    with ExitStack() as stack:
        progress = stack.enter_context(Console(quiet=as_json).progress())
        found = measure_start(service_log(stack), times, progress.counter("Starting"))
    Result("start", asdict(found), start_table(found)).show(report, as_json=as_json)


@app.command()
def memory(
    images: Images = None,
    duration: Annotated[str, typer.Option(help="How long to load the service, such as 10m or 1h.")] = "1h",
    samples: Annotated[Path, typer.Option(help="CSV file to keep what is seen in.")] = Path("data/memory.csv"),
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Memory of all processes while Locust's mix loads the service at the rate of its objectives."""
    require_place(report, "memory")
    rate = load_slo().load.rate
    try:
        stages = steady(rate, parse_duration(duration))
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--duration") from fault
    with ExitStack() as stack:
        server, progress = started(stack, as_json=as_json)
        seen = stack.enter_context(watched(server))
        folder = stack.enter_context(image_folder(images))
        load = run_locust(LocustRun(server.url, stages, math.ceil(rate / USER_RATE), folder), progress.stages())
    samples.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(seen).to_csv(samples, index=False)
    if load.stopped:
        raise SvgAiError(f"the load was stopped before its time; what was seen until then is in {samples}")
    figures = memory_figures(seen)
    failed = sum(endpoint.failed for endpoint in load.figures.endpoints)
    body = f"{memory_table(figures)}\n\nRequests without a good answer: {failed}."
    if report:
        picture = report.parent / "images" / "memory.png"
        draw_memory(seen, picture)
        body += f"\n\n![Memory under load](images/{picture.name})"
    Result("memory", asdict(figures), body).show(report, as_json=as_json)


@app.command()
def takeover(
    versions: Annotated[tuple[int, int], typer.Argument(help="Two versions of the classifier; the first one serves.")],
    url: Annotated[str, typer.Option(help="Address given to `svgai deploy`.")] = "http://127.0.0.1:3000",
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    rate: Annotated[float, typer.Option(min=1, help="Requests a second meanwhile.")] = 10,
    rounds: Rounds = 10,
    observe: Annotated[float, typer.Option(min=0, help="Seconds that each new Bento is watched.")] = 5,
    log: Annotated[Path, typer.Option(help="File for the watcher's output.")] = Path("data/takeover.log"),
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Promote the second version and roll back to the first, repeatedly, under load."""
    require_place(report, "takeover")
    log.parent.mkdir(parents=True, exist_ok=True)
    with Console(quiet=as_json).progress() as bars:
        counter = bars.counter("Promoting and rolling back")
        files = png_images(images, count, side)
        found = measure_takeovers(url, versions, files, rate, rounds, observe, log, counter)
    Result("takeover", asdict(found), takeover_table(found)).show(report, as_json=as_json)


@app.command()
def container(
    image: ImageName,
    engine: EngineName = None,
    images: Images = None,
    requests: Annotated[
        int, typer.Option(min=1, help="Requests of Locust's mix between two measurements of memory.")
    ] = 1000,
    times: Annotated[int, typer.Option(min=1, help="How often to start.")] = 5,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """A running image: seconds until it is ready, memory before and after load, a stop under load."""
    require_place(report, "container")
    asked = find_engine(engine)
    with Console(quiet=as_json).progress() as bars, image_folder(images) as folder:
        starts = measure_starts(asked, image, times, bars.counter("Starting"))
        held = measure_held(asked, image, folder, requests, bars.stages())
    stop = measure_stop(asked, image, png_images(images, UNDER_WAY, 256))
    figures = {"starts": asdict(starts), "memory": asdict(held), "stop": asdict(stop)}
    Result("container", figures, container_table(starts, held, stop)).show(report, as_json=as_json)


app.command()(faults)
app.command()(floods)
app.command()(soak)
app.command()(outcomes)
app.command()(folder)
app.command()(metrics)
app.add_typer(scaling, name="scaling")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the service is stopped then, too
    run(app)
