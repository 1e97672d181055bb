"""From nothing to a Bento: images, training, MLflow, gates, promotion, build. Existing results are reused."""

import time
from pathlib import Path

from commands.delivery.local_delivery import KEPT, build_here, prove
from commands.local.local_registry import command_user, gates, registry_of
from commands.terminal.console import Console
from commands.terminal.shown_results import show_promotion
from svgai.settings import Settings

PER_TYPE = 1500
SEED = 1


def make_bento(settings: Settings, data: Path, runs: Path, table: Path, console: Console) -> str:
    """
    Make a Bento of Production models and return its tag.

    Each step reuses the results of an earlier, perhaps interrupted, call: the images, the training records, the
    registry.

    Raises:
        SvgAiError: a step failed; finished steps are kept.
    """
    from registry.mlflow_store.versions import REGISTERED_NAMES, list_versions
    from registry.promotion.moves import promote
    from registry.training_runs.tracking import log_training
    from training.data.dataset_writer import write_dataset
    from training.data.datasets import MANIFEST
    from training.pipeline import train_one

    began = time.monotonic()
    uri = settings.mlflow_tracking_uri
    client = registry_of(settings, create=True)
    for kind, name in REGISTERED_NAMES.items():
        if any(version.stage == "Production" for version in list_versions(client, name)):
            continue
        console.say(f"[bold]{name}[/bold] has no version in Production")
        folder = runs / kind
        if not (folder / "training.json").is_file():
            with console.progress() as bars:
                if kind == "classifier" and not (data / MANIFEST).is_file():
                    write_dataset(data, PER_TYPE, SEED, -1, bars.counter("Drawing training images"))
                train_one(kind, [data], table, folder, bars.stages())
        with console.waiting(f"Logging the {kind} to {uri}"):
            logged = log_training(folder, uri)
        promotion = promote(client, name, logged.version, to="Production", actor=command_user(), judge=gates(client))
        show_promotion(console, promotion)
    with console.waiting("Building the Bento"):
        tag = build_here(settings, lambda _: None)().tag
    with console.waiting(f"Testing {tag}"):
        prove(tag, settings, KEPT)
    console.say(f"built {tag} in {time.monotonic() - began:.0f} s")
    return tag
