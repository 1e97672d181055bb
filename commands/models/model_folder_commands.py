"""`svgai export` and `validate`: versions of the registry as a folder, and the check of any such folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.local.local_registry import registry_of
from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from commands.terminal.shown_results import show_folder_faults, show_model_folder
from svgai.settings import load_settings

if TYPE_CHECKING:  # numpy takes a while, and most commands need none
    from svgai.model_files.training_record import ModelKind


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write: a new or empty one, or an earlier export.")],
    classifier: Annotated[
        int | None, typer.Option(min=1, help="Version of the classifier; left out: the one in Production.")
    ] = None,
    optimizer: Annotated[
        int | None, typer.Option(min=1, help="Version of the optimizer; left out: the one in Production.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Write the models that are in Production to a folder that MODEL_DIR can name, with metadata.json.

    The new folder is checked first. An earlier export is replaced whole or left as it is: svgai export models/served
    """
    from registry.folders.export import export_models

    console = Console(quiet=as_json)
    numbers: dict[ModelKind, int | None] = {"classifier": classifier, "optimizer": optimizer}
    with console.waiting(f"Exporting to {folder}"):
        exported = export_models(registry_of(load_settings()), folder, numbers, Path.cwd())
    show_model_folder(console, exported.folder, exported.files, exported.notes)
    if as_json:
        print_json(exported)


def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of models, as MODEL_DIR names one.")],
    as_json: Json = False,
) -> None:
    """
    Check a folder of models before it is served: every fault is listed, and nothing is changed.

    Which files are served is taken from CLASSIFIER_MODEL and OPTIMIZER_MODEL: svgai validate models/served
    """
    from registry.folders.folder_check import check_folder

    settings, console = load_settings(), Console(quiet=as_json)
    served: dict[ModelKind, str] = {"classifier": settings.classifier_model, "optimizer": settings.optimizer_model}
    with console.waiting(f"Checking {folder}"):
        report = check_folder(folder, served)
    if as_json:
        print_json(report)
    elif report.passed:
        show_model_folder(console, report.folder, report.files, report.notes)
    else:
        show_folder_faults(console, report.faults, report.notes)
    if not report.passed:
        raise typer.Exit(1)
