"""The command `svgai convert`: files, folders and patterns to SVG, on this machine, a cluster or by a service."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.local.local_models import models_here
from commands.terminal.arguments import RUNS, Json, background, cuts_fills, cutter, formats, monochrome, palette
from commands.terminal.console import Console
from svgai.convert.real_units import Units
from svgai.settings import Settings, load_settings
from svgai.trace.parameters import Strokes

if TYPE_CHECKING:
    from commands.folders.converters import Converter, ServiceConverter
    from svgai.convert.conversion import ConversionOptions

SERVICE_THREADS = 4
"""Default number of concurrent requests to a service."""


def convert(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES", help="Images, folders, quoted patterns such as 'in/**/*.png', or URLs of these."
        ),
    ],
    out: Annotated[
        str, typer.Option("-o", "--out", help="Folder for the SVG files, or its URL (s3://bucket/x).")
    ] = ".",
    target: Annotated[float | None, typer.Option(min=0, max=1, help="Target ssim; default: that of the type.")] = None,
    min_worst: Annotated[
        float | None, typer.Option(min=0, max=1, help="Lowest local ssim; default: MIN_WORST.")
    ] = None,
    max_bytes: Annotated[
        int | None, typer.Option(min=1, help="Largest SVG in bytes, if one that small can be made.")
    ] = None,
    max_trials: Annotated[int, typer.Option(min=1, max=32, help="Most tracings to try for one image.")] = 4,
    strokes: Annotated[
        Strokes,
        typer.Option(help="Lines as strokes: auto, where suitable; never, outlines only; only, strokes only."),
    ] = "auto",
    ground: Annotated[
        str,
        typer.Option(
            "--background",
            parser=background,
            metavar="keep|remove|#HEX",
            help="The flat background of an image: keep, remove, or this colour (quote it: '#fff').",
        ),
    ] = "keep",
    units: Annotated[
        Units, typer.Option(help="Unit of the SVG's width and height; mm and in by the resolution of the image file.")
    ] = "px",
    precision: Annotated[
        int | None, typer.Option(min=0, max=4, help="Decimals of coordinates in pixels; default: steps of a grid.")
    ] = None,
    colours: Annotated[
        str | None,
        typer.Option(
            "--palette",
            parser=palette,
            metavar="#HEX,...",
            help="The only colours to use; each paint gets the nearest.",
        ),
    ] = None,
    ink: Annotated[
        str | None,
        typer.Option(
            "--monochrome",
            parser=monochrome,
            metavar="currentColor|#HEX",
            help="A single colour for the foreground, on a transparent background.",
        ),
    ] = None,
    blade: Annotated[
        str | None,
        typer.Option(
            "--cutter",
            parser=cutter,
            metavar="WIDTH",
            help="Parts to cut, at least this wide (1mm, 0.04in or 3px): fills in flat colours that do not overlap.",
        ),
    ] = None,
    pretty: Annotated[
        bool, typer.Option("--pretty", help="Readable output: ids, groups by colour, line breaks, a comment.")
    ] = False,
    kinds: Annotated[
        str,
        typer.Option("--format", parser=formats, metavar="svg,pdf,eps", help="Also write PDF or EPS, beside the SVG."),
    ] = "svg",
    keep_suffix: Annotated[
        bool, typer.Option("--keep-suffix", help="Write a.png.svg, so that a.png and a.jpg do not clash.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Convert also finished files.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also replace SVG files in the output folder that no run made.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Also write a table of all files: FILE.parquet or FILE.csv.")
    ] = None,
    gallery: Annotated[
        Path | None, typer.Option(help="Also write a page of images beside their SVGs, the worst first: FILE.html.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running: convert new and changed files.")] = False,
    jobs: Annotated[
        int, typer.Option(help="Processes; -1: one per core. With --server: concurrent requests, -1: 4.")
    ] = -1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="tcp://host:port of a Dask scheduler, whose workers have svgai installed, in place of --jobs."
        ),
    ] = None,
    server: Annotated[str | None, typer.Option(help="URL of a service that converts instead.")] = None,
    as_json: Json = False,
) -> None:
    """
    Convert images to SVG: files, folders of any size, on this machine or elsewhere.

    Without its white background: svgai convert logo.png --background remove

    A folder; called again, it resumes: svgai convert in/ --out out/ --report out.csv --gallery out.html
    """
    from commands.folders.folder_conversion import FolderConversion, Workers
    from commands.folders.places import file_system
    from commands.folders.print_formats import formats_of
    from commands.folders.results.gallery import require_gallery
    from commands.folders.results.report_file import require_report
    from commands.folders.watching import watched_folders
    from commands.use.folder_session import FolderSession, Outcomes
    from svgai.convert.conversion import ConversionOptions
    from svgai.convert.cutter import cutter_of
    from svgai.convert.finishing.finish import finish_of

    settings, console = load_settings(), Console(quiet=as_json)
    if report:
        require_report(report)
    if gallery:
        require_gallery(gallery)
    watched = watched_folders(files) if watch else []
    file_system(out)
    if blade:
        cuts_fills(strokes)
    options = ConversionOptions(
        settings.targets,
        max_delta_e=settings.max_delta_e,
        min_worst=settings.min_worst if min_worst is None else min_worst,
        max_bytes=max_bytes,
        target_quality=target,
        max_trials=max_trials,
        strokes=strokes,
        background=ground,
        units=units,
        monochrome=ink,
        cutter=cutter_of(blade) if blade else None,
        finish=finish_of(precision, colours, ink, pretty=pretty),
        measured_side=settings.measured_side,
    )
    asked = {
        "target_quality": target,
        "min_worst": min_worst,
        "max_bytes": max_bytes,
        "max_trials": max_trials,
        "strokes": strokes,
        "background": ground,
        "units": units,
        "precision": precision,
        "palette": colours,
        "monochrome": ink,
        "cutter": blade,
        "pretty": pretty or None,
    }
    converter = service_converter(server, settings, asked) if server else _this_code(settings, options, console)
    session = FolderSession(
        FolderConversion(
            out,
            converter,
            Workers(_workers(jobs, by_service=server is not None), scheduler),
            keep_suffix=keep_suffix,
            again=again,
            formats=formats_of(kinds),
            overwrite=overwrite,
        ),
        Outcomes(report, gallery, settings.max_pixels, as_json=as_json),
        console,
    )
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell that starts this in the background ignores one
        signal.signal(number, signal.default_int_handler)
    raise typer.Exit(session.watch(files, watched) if watch else session.run(files))


def service_converter(url: str, settings: Settings, asked: Mapping[str, object]) -> "ServiceConverter":
    """Conversion by a service, with the key that commands call it with."""
    from commands.folders.converters import ServiceConverter

    return ServiceConverter(url, settings.own_key, tuple(asked.items()))


def _this_code(settings: Settings, options: "ConversionOptions", console: Console) -> "Converter":
    from commands.folders.converters import LocalConverter

    models = models_here(settings, RUNS)
    if models is None:
        console.say("no models are trained in this folder (or AI_ENHANCED is off): fixed tracings are used")
    return LocalConverter(options, settings.max_pixels, models)


def _workers(jobs: int, *, by_service: bool) -> int:
    import joblib

    if jobs > 0:
        return jobs
    return SERVICE_THREADS if by_service else int(joblib.cpu_count())
