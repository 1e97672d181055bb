"""Retrains this project's models on its quality database, and moves them to Staging."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from commands.local.local_registry import gates, registry_of
from commands.local.training_here import show_logged, train_and_log
from commands.served.drift_here import production_watch
from commands.served.quality_here import quality_database
from commands.terminal.arguments import TABLE
from commands.terminal.console import Console
from svgai.errors import DatasetFault
from svgai.settings import Settings

if TYPE_CHECKING:  # these import mlflow and pandas, which take seconds
    from learning.retraining.schedule import Learner, Occasion
    from registry.gates.verdict import GateVerdict
    from registry.mlflow_store.promotion_log import Actor
    from registry.mlflow_store.versions import Version
    from registry.promotion.moves import Promotion
    from registry.training_runs.tracking import LoggedVersion
    from svgai.outcomes.drift_watch import DriftWatch

RETRAINED = Path("models/retrained")


def served_table(settings: Settings, table: Path, out: Path) -> Path:
    """
    The table of measured tracings with served ones added, in a file of the folder `out`.

    Raises:
        DatasetFault: there is no table, or nothing was served that can be learned from.
        QualityStoreFault: the database does not answer.
    """
    from learning.retraining.served_tracings import joined, served_tracings
    from learning.stored_outcomes import stored_rows
    from training.search.parameter_search import write_table
    from training.search.tracing_table import read_table

    measured = read_table(table)
    rows = stored_rows(quality_database(settings))
    portfolio = set(measured["tracing"])
    served = served_tracings(rows, portfolio, settings.learning_rate_decay, datetime.now(UTC))
    if served.empty:
        raise DatasetFault("nothing was served with the tracings that the optimizer chooses among")
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{table.stem}_and_served.parquet"
    write_table(joined(measured, served), path)
    return path


def labelled_table(settings: Settings, labels: Path, out: Path) -> Path:
    """
    The table of measured logos with labelled images added, in a file of the folder `out`.

    Raises:
        DatasetFault: the labels cannot be read, or are of images that nothing is kept of.
        QualityStoreFault: the database does not answer.
    """
    import pandas as pd

    from learning.retraining.labels import labelled_features
    from training.data.measured_logos import MEASURED
    from training.data.parquet_files import write_parquet

    labelled = labelled_features(quality_database(settings), labels)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{MEASURED.stem}_and_labelled.parquet"
    write_parquet(pd.concat([pd.read_parquet(MEASURED), labelled], ignore_index=True), path)
    return path


def retrain_optimizer(
    settings: Settings, console: Console, table: Path, out: Path, values: Mapping[str, str]
) -> "LoggedVersion":
    """
    Train an optimizer on the table and what was served, and log it.

    Raises:
        DatasetFault: as from `served_table`.
        RegistryFault: MLflow cannot be reached.
    """
    joint = served_table(settings, table, out)
    _, logged = train_and_log("optimizer", [], joint, out / "optimizer", values, settings, console)
    assert logged is not None
    show_logged(console, logged)
    return logged


def challenge(settings: Settings, logged: "LoggedVersion", actor: "Actor") -> "Promotion":
    """
    Move a version to Staging if it passes the gates, compared with the one in Production.

    Raises:
        GateFailed: it does not; the reasons are on the version.
    """
    from registry.mlflow_store.versions import list_versions, pick_in_stage
    from registry.promotion.moves import promote

    client = registry_of(settings)
    versions = list_versions(client, logged.name)
    served = any(version.stage == "Production" for version in versions)
    champion = pick_in_stage(versions, logged.name, "Production").version if served else None

    def judge(candidate: "Version", replaced: "Version | None") -> "GateVerdict":
        # It is meant to replace the version in Production, whatever is in Staging.
        return gates(client)(candidate, champion or replaced)

    return promote(client, logged.name, logged.version, to="Staging", actor=actor, judge=judge)


def learner_here(settings: Settings, say: Callable[[str], None]) -> "Learner":
    """Automatic retraining; connects at its first check."""
    from learning.drift_report import looked_through
    from learning.retraining.schedule import Learner, Occasion
    from learning.stored_outcomes import count_images
    from registry.mlflow_store.promotion_log import WATCHER, RecordedDrift
    from registry.mlflow_store.transitions import record_drift
    from registry.mlflow_store.versions import REGISTERED_NAMES, in_production, list_versions
    from svgai.outcomes.quality_database import QualityDatabase

    database = QualityDatabase(settings.quality_db_url)

    watches: dict[tuple[int, ...], DriftWatch | None] = {}

    def observe() -> "Occasion":
        database.migrate()
        client = registry_of(settings)
        versions = list_versions(client, REGISTERED_NAMES["optimizer"])
        trained = max((version.created for version in versions), default=None)
        images = count_images(database, trained) if trained else 0
        production = in_production(client)
        numbers = tuple(version.number for version in production)
        if numbers not in watches:
            watches.clear()
            watches[numbers] = production_watch(client, production)
        watch = watches[numbers]
        drifted = looked_through(watch, database).drifted if watch else ()
        if drifted and not production[-1].drifts:
            record_drift(client, production[-1], RecordedDrift(features=drifted, by=WATCHER.by, via=WATCHER.via))
            say(f"the images have changed: {', '.join(drifted)}")
        return Occasion(trained, images, any(version.stage == "Staging" for version in versions), drifted)

    def retrain() -> None:
        logged = retrain_optimizer(settings, Console(quiet=True), TABLE, RETRAINED, {})
        challenge(settings, logged, WATCHER)
        say(f"{logged.name} version {logged.version} is in Staging")

    return Learner(observe, retrain, say)
