"""Arguments and options that several commands share."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from svgai.trace.parameters import Strokes

DATA = Path("data/logos")
"""Folder of generated training images."""

RUNS = Path("models")
"""Folder of trained models, with a folder for each."""

TABLE = Path("training/tables/tracings.parquet")
"""The table of measured tracings that is part of the repository."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Jobs = Annotated[int, typer.Option(help="Processes; -1: one per core.")]
Dataset = Annotated[Path, typer.Option(help="Folder of SVG or raster files.")]
Size = Annotated[int, typer.Option(min=16, max=2048, help="Longest side that SVG files are drawn at.")]
HeldOut = Annotated[
    bool, typer.Option("--held-out/--all-brands", help="Only brands that tracing was not tuned on, or all.")
]
Keep = Annotated[int, typer.Option(min=1, help="Number of this folder's good Bentos to keep, for rollbacks.")]
Picture = Annotated[Path | None, typer.Option(help="Also draw images side by side to this PNG file.")]
Model = Annotated[str, typer.Argument(help="classifier or optimizer.")]
ImageName = Annotated[str, typer.Argument(metavar="IMAGE", help="A local image, such as svgai:latest.")]
EngineName = Annotated[str | None, typer.Option(help="podman or docker; default: the first that answers.")]
OneModel = Annotated[str | None, typer.Argument(help="classifier or optimizer; default: both.")]


def background(text: str) -> str:
    """
    Validate the background option.

    Raises:
        typer.BadParameter: it may not; the message says what may.
    """
    from svgai.convert.background import checked_background

    try:
        return checked_background(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r}: {fault}") from None


def monochrome(text: str) -> str:
    """
    Validate the monochrome option.

    Raises:
        typer.BadParameter: it may not; the message says what may.
    """
    from svgai.convert.monochrome import checked_monochrome

    try:
        return checked_monochrome(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r}: {fault}") from None


def cutter(text: str) -> str:
    """
    Validate the cutter option.

    Raises:
        typer.BadParameter: it may not; the message says what may.
    """
    from svgai.convert.cutter import cutter_of

    try:
        cutter_of(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r}: {fault}") from None
    return text


def cuts_fills(strokes: "Strokes") -> None:
    """
    Check that a cutter is not combined with strokes only.

    Raises:
        typer.BadParameter: it is.
    """
    from svgai.convert.cutter import require_fills

    try:
        require_fills(strokes, None)
    except ValueError as fault:
        raise typer.BadParameter(f"--cutter: {fault}") from None


def formats(text: str) -> str:
    """
    Validate the formats option.

    Raises:
        typer.BadParameter: they may not; the message says which may.
    """
    from commands.folders.print_formats import formats_of

    try:
        formats_of(text)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    return text


def palette(text: str) -> str:
    """
    Validate the palette option.

    Raises:
        typer.BadParameter: it may not; the message says what may.
    """
    from svgai.convert.finishing.palette import palette_of

    try:
        return ",".join(palette_of(text))
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r}: {fault}") from None


def one_of(value: str, allowed: tuple[str, ...]) -> None:
    """
    Accept only allowed words.

    Raises:
        typer.BadParameter: it is none of them; the message lists them.
    """
    if value not in allowed:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(allowed)}")


def settings_given(kind: str, pairs: Sequence[str]) -> dict[str, str]:
    """
    Settings of a training, given as KEY=VALUE.

    Raises:
        typer.BadParameter: an unknown setting or an invalid value; the message lists the settings.
    """
    from training.pipeline import training_config

    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint="--set")
        values[key] = value
    try:
        training_config(kind, values)
    except ValueError as fault:
        raise typer.BadParameter(f"{kind}: {fault}", param_hint="--set") from fault
    return values


def registered_name(model: str) -> str:
    """
    The name in MLflow of a model, given by its kind or by that name.

    Raises:
        typer.BadParameter: there is no such model.
    """
    from registry.mlflow_store.versions import REGISTERED_NAMES

    full_names = {str(kind): str(name) for kind, name in REGISTERED_NAMES.items()}
    one_of(model, (*full_names, *full_names.values()))
    return full_names.get(model, model)
