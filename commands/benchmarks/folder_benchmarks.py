"""The conversion of folders: a command of `python -m commands.benchmarks`."""

from dataclasses import asdict
from typing import Annotated

import joblib
import typer

from commands.benchmarks.arguments import Count, Images, Side
from commands.benchmarks.measured import Report, Result, require_place
from commands.checks.load_images import png_images
from commands.local.local_models import require_models
from commands.terminal.arguments import RUNS, Json
from commands.terminal.console import Console
from loadtests.benchmarks.folder_rate import measure_folder
from loadtests.benchmarks.service_report import folder_table
from svgai.settings import load_settings


def folder(
    images: Images = None,
    count: Count = 40,
    side: Side = 256,
    files: Annotated[int, typer.Option(min=40, help="Files of the folder: the images, repeatedly.")] = 400,
    jobs: Annotated[int, typer.Option(help="Processes; -1: one per core.")] = -1,
    rounds: Annotated[int, typer.Option(min=1, help="Medians are of so many rounds.")] = 3,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Convert a folder by `svgai convert`: files a second, compared with separate processes, and memory."""
    require_place(report, "folder")
    settings = load_settings()
    source = require_models(settings, RUNS)
    pngs = png_images(images, count, side)
    processes = jobs if jobs > 0 else int(joblib.cpu_count())
    with Console(quiet=as_json).progress() as bars:
        found = measure_folder(pngs, files, processes, settings, source, rounds, bars.counter("Converting"))
    Result("folder", asdict(found), folder_table(found)).show(report, as_json=as_json)
