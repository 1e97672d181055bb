"""`svgai evaluate` and `svgai evaluate-tracing`: how good conversion and tracing are, on a folder of images."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.arguments import RUNS, TABLE, Dataset, HeldOut, Jobs, Json, Picture, Size, one_of
from commands.console import Console, print_json
from commands.local_models import models_here
from svgai.settings import load_settings

CASES = 4
"""Images in the report on which ours does best, and as many on which it does worst."""


def target(text: str) -> str:
    """
    A target as it is asked for, each number written in one way.

    Raises:
        typer.BadParameter: it is neither `default` nor a number from 0 to 1.
    """
    try:
        if text == "default":
            return text
        if 0 <= float(text) <= 1:
            return f"{float(text):g}"
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is neither `default` nor a number from 0 to 1")


def evaluate(
    dataset: Dataset,
    labels: Annotated[Path | None, typer.Option(help='JSON file {"file": "type"} to score the classifier.')] = None,
    limit: Annotated[int, typer.Option(min=0, help="Only so many images, chosen by hash; 0: all.")] = 0,
    held_out: HeldOut = False,
    size: Size = 256,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target", parser=target, help="Target ssim, or `default`: that of each type. May be given several times."
        ),
    ] = None,
    oracle: Annotated[bool, typer.Option(help="Also measure the whole portfolio (slow).")] = True,
    optuna: Annotated[
        list[str] | None,
        typer.Option("--optuna-target", parser=target, help="One of the targets, to search with Optuna, too (slow)."),
    ] = None,
    table: Annotated[Path, typer.Option(help="Table of measured tracings that fixed ones are chosen on.")] = TABLE,
    outcomes: Annotated[
        Path | None, typer.Option(help="Parquet file to keep outcomes in; what it holds is not measured again.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Markdown file to write the figures to.")] = None,
    section: Annotated[str, typer.Option(help="Which part of the report to write anew.")] = "real",
    cases: Annotated[bool, typer.Option(help="Show best and worst images in the report.")] = False,
    picture: Picture = None,
    jobs: Jobs = -1,
    as_json: Json = False,
) -> None:
    """Compare VTracer's defaults, fixed tracings, our choice, searches and the portfolio's best on a folder."""
    from training.evaluate import DEFAULT, Asked, Images, draw_comparison, evaluate_folder
    from training.evaluation_pictures import extremes, write_pictures
    from training.evaluation_report import report as reported
    from training.markdown import require_section, write_section

    if report:
        require_section(report, section)
    asked = Asked(table, tuple(dict.fromkeys(targets or [DEFAULT])), oracle, tuple(optuna or ()))
    for searched in asked.optuna:
        one_of(searched, asked.targets)
    settings = load_settings()
    console = Console(quiet=as_json)
    models = models_here(settings, RUNS)
    with console.progress() as progress:
        images = Images(dataset, labels, limit, held_out, size)
        found = evaluate_folder(images, asked, settings, models, outcomes, jobs, progress.stages())
    if as_json:
        print_json(found.as_dict())
    else:
        console.evaluation(found)
    first = asked.targets[0]
    if report:
        stem = report.parent / "images" / f"evaluation-{section}"
        pictures = write_pictures(found, stem)
        if cases:
            title = "Images on which ours does best, then worst: the image, VTracer's defaults, ours"
            pictures[title] = stem.with_name(f"{stem.name}-cases.png")
            with console.progress() as progress:
                chosen = extremes(found, first, CASES)
                draw_comparison(chosen, first, settings, models, pictures[title], progress.stages())
        command = shlex.join(["svgai", *sys.argv[1:]])
        write_section(report, section, reported(found, command, pictures, report))
    if picture:  # last of all: figures that took an hour are not lost to a path that cannot be written
        with console.progress() as progress:
            draw_comparison(found.samples[:10], first, settings, models, picture, progress.stages())


def evaluate_tracing(
    dataset: Dataset,
    labels: Annotated[Path | None, typer.Option(help='JSON file {"file": "type"}.')] = None,
    per_type: Annotated[int, typer.Option(min=0, help="Images of each type, chosen by hash; 0: all.")] = 60,
    size: Size = 256,
    held_out: HeldOut = False,
    transparent: Annotated[
        bool, typer.Option("--transparent", help="Keep transparency; left out: images are laid on white.")
    ] = False,
    picture: Picture = None,
    jobs: Jobs = -1,
    as_json: Json = False,
) -> None:
    """Compare one fixed tracing of labelled images with VTracer's defaults and with flat fills of the same size."""
    from training.evaluate_tracing import draw_tracings, evaluate_tracings

    console = Console(quiet=as_json)
    with console.progress() as progress:
        found = evaluate_tracings(dataset, labels, per_type, size, held_out, transparent, jobs, progress.stages())
    if as_json:
        print_json(found.as_dict())
    else:
        console.tracing(found)
    if picture:  # last of all, as in evaluate
        with console.progress() as progress:
            draw_tracings(found.samples, transparent, picture, progress.stages())
