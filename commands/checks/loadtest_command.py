"""`svgai loadtest`: a service under realistic load, held against its objectives."""

import math
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from loadtests.objectives.locust_process import LocustRun, run_locust
from loadtests.objectives.slo import SLO_FILE, Load, for_rate, load_slo, missed
from loadtests.objectives.stages import (
    USER_RATE,
    Stage,
    mean_rate,
    parse_duration,
    parse_stages,
    peak,
    steady,
    total_seconds,
)
from loadtests.objectives.verdict import Verdict
from svgai.settings import load_settings

MOST_FAULTS = 10
"""Most kinds of failed requests to show."""


def loadtest(
    url: Annotated[str, typer.Option(help="URL of the service; `svgai serve` starts one.")] = "http://127.0.0.1:3000",
    rate: Annotated[
        float | None, typer.Option(min=0.1, help="Requests per second; default: the rate of the objectives.")
    ] = None,
    soak: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How long to hold the rate, such as 90s, 30m or 8h.")
    ] = None,
    stages: Annotated[
        str | None, typer.Option(help="In place of both: 10s:5,1m:5,10s:20 rises to 5/s in 10 s, stays, rises to 20/s.")
    ] = None,
    users: Annotated[
        int | None, typer.Option(min=1, help=f"Clients that share the rate; left out: one for each {USER_RATE:g}/s.")
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of SVG or raster files to send; left out: generated."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other images and requests.")] = 1,
    slo: Annotated[Path, typer.Option(help="YAML file of objectives.", show_default="the project's")] = SLO_FILE,
    report: Annotated[
        Path | None, typer.Option(help="Keep Locust's report in this .html file, and all figures in a .json beside it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Load a service with a realistic mix of requests, by Locust, and list the objectives that it missed; exit code 1 if
    any.

    An API key is taken from CLIENT_API_KEY or API_KEYS. Ctrl-C ends the load; the measurements so far are evaluated.

    Lightly: svgai loadtest --rate 2 --soak 60s
    """
    from commands.checks.load_images import FIRST_SEED, image_folder  # draws: whoever only lists commands needs none
    from loadtests.objectives.target import require_service

    objectives = load_slo(slo)
    load = _load(stages, rate, soak, objectives.load)
    service = _service(url)
    if report and report.suffix != ".html":
        raise typer.BadParameter(f"{report} does not end in .html", param_hint="--report")
    api_key = load_settings().own_key
    require_service(service, api_key)
    console = Console(quiet=as_json)
    clients = users or math.ceil(peak(load) / USER_RATE)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell that starts this in the background ignores one
        signal.signal(number, signal.default_int_handler)
    with console.progress() as progress, image_folder(images, first_seed=FIRST_SEED + 1000 * seed) as folder:
        outcome = run_locust(LocustRun(service, load, clients, folder, seed, api_key, report), progress.stages())
    asked = mean_rate(load, outcome.figures.seconds)
    objectives = for_rate(objectives, asked)
    breaches = missed(objectives, outcome.figures)
    verdict = Verdict(
        url=service, stopped=outcome.stopped, figures=outcome.figures, slo=objectives, breaches=tuple(breaches)
    )
    if as_json:
        print_json(verdict)
    else:
        _show(console, verdict, total_seconds(load))
    if report:
        from loadtests.objectives.verdict_page import add_verdict

        verdict.write(report.with_suffix(".json"))
        add_verdict(report, verdict, asked)
        console.say(escape(f"the report is in {report}, all figures in {report.with_suffix('.json')}"))
    if breaches:
        raise typer.Exit(1)


def _load(stages: str | None, rate: float | None, soak: str | None, usual: Load) -> Sequence[Stage]:
    if stages is not None and (rate is not None or soak is not None):
        raise typer.BadParameter("it takes the place of --rate and --soak", param_hint="--stages")
    try:
        if stages is not None:
            return parse_stages(stages)
        return steady(rate or usual.rate, usual.seconds if soak is None else parse_duration(soak))
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--soak" if stages is None else "--stages") from fault


def _service(url: str) -> str:
    from loadtests.objectives.target import base_url

    try:
        return base_url(url)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--url") from fault


def _show(console: Console, verdict: Verdict, planned_s: float) -> None:
    figures = verdict.figures
    rows = [
        (
            one.name,
            one.answered,
            one.throughput,
            *map(_short, (one.p50_ms, one.p95_ms, one.p99_ms)),
            one.failed,
            one.refused,
        )
        for one in figures.endpoints
    ]
    header = ("endpoint", "answered", "good, a second", "p50 ms", "p95 ms", "p99 ms", "failed", "refused")
    console.rows("Load", header, rows)
    if figures.faults:
        faults = [(fault.name, fault.message, fault.count) for fault in figures.faults[:MOST_FAULTS]]
        console.rows("Failed requests", ("endpoint", "what was wrong", "times"), faults)
    if verdict.stopped:
        console.say(f"the load was stopped after {figures.seconds:.0f} of {planned_s:.0f} s")
    if figures.generator_busy:
        console.say("Locust used up a core at times: these times are too long; send less, or from another machine")
    if verdict.breaches:
        breaches = [
            (one.endpoint, one.objective, _short(one.measured), _short(one.allowed)) for one in verdict.breaches
        ]
        console.rows("Objectives missed", ("endpoint", "objective", "measured", "allowed"), breaches)
    else:
        console.say("all objectives are met")


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
