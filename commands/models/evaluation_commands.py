"""`svgai evaluate` and `svgai evaluate-tracing`: how good conversion and tracing are, on a folder of images."""

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.local.local_models import models_here
from commands.terminal.arguments import RUNS, TABLE, Dataset, HeldOut, Jobs, Json, Picture, Size, one_of
from commands.terminal.console import Console, print_json
from commands.terminal.shown_results import show_evaluation, show_tracing
from svgai.settings import load_settings

if TYPE_CHECKING:  # training imports pandas, which takes a second
    from evaluation.answer_pictures import Answering
    from evaluation.answer_sheets import SheetSize
    from evaluation.report.evaluation_figures import Evaluation

CASES = 4
"""Images in the report on which ours does best, and as many on which it does worst."""

JUDGE_SECTION = "judge"
"""Which part of a document what the judge says is written to."""


def target(text: str) -> str:
    """
    A target option in normalised form.

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


def sheet_size(text: str) -> "SheetSize":
    """
    Columns and rows of a sheet, as `5x8`.

    Raises:
        typer.BadParameter: it is not two numbers from 1 to 99 with an `x` between them.
    """
    from evaluation.answer_sheets import SheetSize

    found = re.fullmatch(r"([1-9]\d?)x([1-9]\d?)", text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is not columns x rows, such as 5x8")
    return SheetSize(int(found[1]), int(found[2]))


def evaluate(
    dataset: Dataset,
    labels: Annotated[Path | None, typer.Option(help='JSON file {"file": "type"} to score the classifier.')] = None,
    limit: Annotated[int, typer.Option(min=0, help="Number of images, chosen by hash; 0: all.")] = 0,
    held_out: HeldOut = False,
    size: Size = 256,
    drawings: Annotated[
        bool, typer.Option("--drawings", help="Use the SVG file even if there is an image of the same name.")
    ] = False,
    on_white: Annotated[bool, typer.Option("--on-white", help="Lay transparent images on white.")] = False,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target", parser=target, help="Target ssim, or `default`: that of each type. May be given several times."
        ),
    ] = None,
    min_worst: Annotated[float | None, typer.Option(min=0, max=1, help="Least `worst`; default: the setting.")] = None,
    oracle: Annotated[bool, typer.Option(help="Also measure the whole portfolio (slow).")] = True,
    optuna: Annotated[
        list[str] | None,
        typer.Option("--optuna-target", parser=target, help="One of the targets, to search with Optuna, too (slow)."),
    ] = None,
    judge: Annotated[
        bool, typer.Option(help="Compare answers with the original SVG files at four times the size; includes potrace.")
    ] = True,
    table: Annotated[Path, typer.Option(help="Table of measured tracings that fixed ones are chosen on.")] = TABLE,
    outcomes: Annotated[
        Path | None, typer.Option(help="Parquet file for outcomes; those in it are not measured again.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Markdown file to write the figures to.")] = None,
    section: Annotated[str, typer.Option(help="Which part of the report to rewrite.")] = "real",
    judge_report: Annotated[
        Path | None,
        typer.Option(help="Markdown file whose section `judge` gets the judge's results at the first target."),
    ] = None,
    cases: Annotated[bool, typer.Option(help="Show best and worst images in the report.")] = False,
    picture: Picture = None,
    picture_rows: Annotated[
        int, typer.Option(min=1, help="Images in the picture: of the first hundred those where ours is worst.")
    ] = 6,
    sheets: Annotated[Path | None, typer.Option(help="Folder to draw every answer to, many on a sheet.")] = None,
    sheet_grid: Annotated[
        Any, typer.Option(parser=sheet_size, metavar="COLUMNSxROWS", help="Answers on a sheet.")
    ] = "5x8",
    jobs: Jobs = -1,
    as_json: Json = False,
) -> None:
    """
    Compare VTracer's defaults, fixed tracings, our choice, searches and the portfolio's best on a folder.

    On a generated set: svgai evaluate --dataset data/evaluation --limit 40
    """
    from evaluation.answer_pictures import Answering, draw_comparison, draw_sheets
    from evaluation.evaluate import DEFAULT, Asked, Images, evaluate_folder
    from evaluation.judge.drawing_judge import ENLARGED
    from evaluation.judge.outside_programs import Programs
    from evaluation.report.evaluation_pictures import worst_judged
    from evaluation.report.judge_report import judge_tables
    from reports.markdown import require_section, write_section

    if report:
        require_section(report, section)
    if judge_report:
        require_section(judge_report, JUDGE_SECTION)
    programs = Programs.installed() if judge else None
    asked = Asked(table, tuple(dict.fromkeys(targets or [DEFAULT])), oracle, tuple(optuna or ()), programs)
    for searched in asked.optuna:
        one_of(searched, asked.targets)
    settings = load_settings()
    if min_worst is not None:
        settings = settings.model_copy(update={"min_worst": min_worst})
    console = Console(quiet=as_json)
    models = models_here(settings, RUNS)
    with console.progress() as progress:
        images = Images(dataset, labels, limit, held_out, size, drawings, on_white)
        found = evaluate_folder(images, asked, settings, models, outcomes, jobs, progress.stages())
    if as_json:
        print_json(found.as_dict())
    else:
        show_evaluation(console, found)
    first = asked.targets[0]
    answering = Answering(first, settings, models)
    if report:
        _write_report(found, report, section, answering if cases else None, console)
    if judge_report:
        write_section(judge_report, JUDGE_SECTION, judge_tables(found, first))
    # Pictures last: an invalid path must not lose the figures of an hour.
    if picture:
        chosen = worst_judged(found, first, picture_rows)
        butteraugli = programs.butteraugli if programs else None
        with console.progress() as progress:
            draw_comparison(chosen, answering, picture, progress.stages(), ENLARGED, butteraugli)
    if sheets:
        with console.progress() as progress:
            draw_sheets(found.samples, answering, sheets, sheet_grid, progress.stages())


def _write_report(
    found: "Evaluation", report: Path, section: str, showing: "Answering | None", console: Console
) -> None:
    """Write figures and pictures into a section of a document; with `showing`, best and worst images, too."""
    from evaluation.answer_pictures import draw_comparison
    from evaluation.report.comparison_picture import ZOOM
    from evaluation.report.evaluation_pictures import extremes, write_pictures
    from evaluation.report.evaluation_report import report as reported
    from reports.markdown import write_section

    stem = report.parent / "images" / f"evaluation-{section}"
    pictures = write_pictures(found, stem)
    if showing:
        title = "Images on which ours does best, then worst: the image, VTracer's defaults, ours"
        pictures[title] = stem.with_name(f"{stem.name}-cases.png")
        with console.progress() as progress:
            chosen = extremes(found, showing.target, CASES)
            draw_comparison(chosen, showing, pictures[title], progress.stages(), ZOOM)
    command = shlex.join(["svgai", *sys.argv[1:]])
    write_section(report, section, reported(found, command, pictures, report))


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
    """
    Compare one fixed tracing of labelled images with VTracer's defaults and with flat fills of the same size.

    On a generated set: svgai evaluate-tracing --dataset data/evaluation --per-type 25
    """
    from evaluation.evaluate_tracing import draw_tracings, evaluate_tracings

    console = Console(quiet=as_json)
    with console.progress() as progress:
        found = evaluate_tracings(dataset, labels, per_type, size, held_out, transparent, jobs, progress.stages())
    if as_json:
        print_json(found.as_dict())
    else:
        show_tracing(console, found)
    if picture:  # last of all, as in evaluate
        with console.progress() as progress:
            draw_tracings(found.samples, transparent, picture, progress.stages())
