"""The service under faults and for hours: commands of `python -m commands.benchmarks`."""

import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands.benchmarks.arguments import Count, Images, Side
from commands.benchmarks.measured import Report, Result, require_place, started
from commands.checks.load_images import png_images
from commands.local.local_models import require_models
from commands.terminal.arguments import RUNS, Json
from commands.terminal.console import Console
from loadtests.benchmarks.takeover import mixed
from loadtests.faults.catalogue import FAULTS
from loadtests.faults.drill import run_drills
from loadtests.faults.fault_report import fault_table, flood_table, soak_table
from loadtests.faults.floods import measure_floods
from loadtests.faults.hostile_images import HOSTILE
from loadtests.faults.soak import soak as run_soak
from loadtests.objectives.stages import parse_duration
from svgai.settings import load_settings


def faults(
    only: Annotated[
        list[str] | None, typer.Option(help="Only faults whose name has these words; several times.")
    ] = None,
    images: Images = None,
    count: Count = 50,
    side: Side = 256,
    seconds: Annotated[float, typer.Option(min=1, help="How long the service is observed after each fault.")] = 20,
    log: Annotated[Path, typer.Option(help="File for what the services print.")] = Path("data/faults.log"),
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Inject faults (processes killed, crashed and stopped, disks full, models damaged) and report failures."""
    require_place(report, "faults")
    chosen = [fault for fault in FAULTS if not only or any(words in fault.name for words in only)]
    if not chosen:
        raise typer.BadParameter(f"no fault has these words; there are: {', '.join(fault.name for fault in FAULTS)}")
    files = png_images(images, count, side)
    models = require_models(load_settings(), RUNS)
    log.parent.mkdir(parents=True, exist_ok=True)
    with Console(quiet=as_json).progress() as bars:
        progress = bars.counter("Bringing faults upon the service")
        found = list(run_drills(chosen, models, lambda url: mixed(url, files), seconds, log, progress))
    Result("faults", [asdict(drill) for drill in found], fault_table(found)).show(report, as_json=as_json)


def floods(
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    hostile: Annotated[
        Path | None, typer.Option(help="Folder of hostile files; default: generated ones.", file_okay=False)
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Duration of sending each file.")] = 20,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Latency of other clients while one hostile file is sent repeatedly, alone and in lists."""
    require_place(report, "floods")
    files = png_images(images, count, side)
    sent = _files_in(hostile) if hostile else {name: make() for name, make in HOSTILE.items()}
    with ExitStack() as stack:
        server, progress = started(stack, as_json=as_json)
        found = measure_floods(server.url, files, sent, seconds, progress.counter("Sending hostile files"))
    Result("floods", [asdict(row) for row in found], flood_table(found)).show(report, as_json=as_json)


def _files_in(folder: Path) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix not in ("", ".md")}
    if not files:
        raise typer.BadParameter(f"there is no file in {folder}", param_hint="--hostile")
    return files


def soak(
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    duration: Annotated[str, typer.Option(help="How long to load the service, such as 20m or 2h.")] = "2h",
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Mixed load with 1 % hostile images: memory, open files, threads, latency by quarter, rejections."""
    require_place(report, "soak")
    try:
        seconds = parse_duration(duration)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--duration") from fault
    files = png_images(images, count, side)
    with ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="svgai-soak-")))
        server, progress = started(stack, as_json=as_json, TMPDIR=str(temporary))
        found = run_soak(server, temporary, files, seconds, progress.counter("Seconds under load"))
    Result("soak", asdict(found), soak_table(found)).show(report, as_json=as_json)
