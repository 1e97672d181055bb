"""A hyperparameter search that is logged to this project's MLflow."""

import dataclasses
import json
from datetime import UTC, datetime

from commands.terminal.console import Console
from svgai.settings import Settings
from training.tuning.study import Unwatched
from training.tuning.tune import Tuning, TuningTask, tune


def search_and_log(
    task: TuningTask,
    jobs: int,
    scheduler: str | None,
    settings: Settings,
    console: Console,
    *,
    name: str | None = None,
    log: bool = True,
) -> Tuning:
    """
    Search, as `tune` does, with a run in MLflow that is open meanwhile and one below it for each trial.

    Raises:
        DatasetFault: the data cannot be trained on, or another search uses the same journal.
        ClusterFault: the cluster cannot be reached or gave up.
        RegistryFault: MLflow cannot be reached.
    """
    if not log:
        with console.progress() as bars:
            return tune(task, jobs, scheduler, Unwatched(), bars.stages())[0]
    from registry.training_runs.training_run import open_run
    from registry.training_runs.tuning_run import TrialRuns, finish_search

    called = name or f"tune-{task.kind}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    with open_run(settings.mlflow_tracking_uri, f"tune {task.kind}", called) as run:
        runs = TrialRuns(run)
        with console.progress() as bars:
            tuning, trials = tune(task, jobs, scheduler, runs, bars.stages())
        figures = {
            f"{one.name}_{which}": getattr(one, which) for one in tuning.held_out for which in ("today", "found")
        }
        finish_search(
            run,
            {"search": tuning.name, "trials": task.trials, "folds": task.folds, "seed": task.seed, **tuning.best},
            {"error": tuning.best_error, "better": float(tuning.better), **figures},
            {
                "trials.csv": trials.to_csv(index=False),
                "held_out.json": json.dumps([dataclasses.asdict(one) for one in tuning.held_out], indent=2),
            },
        )
    if runs.missed:
        console.say(f"MLflow did not take {runs.missed} messages; the journal in {task.work} has everything")
    return tuning
