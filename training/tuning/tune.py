"""A complete hyperparameter search for one kind of model: the trials, then the comparison on held-out data."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
from optuna.distributions import distribution_to_json

from training.data.progress import Progress
from training.pipeline import labelled_samples, measured_tracings, training_config
from training.tuning.comparison import ComparedFigure, compare, is_better
from training.tuning.folds import ClassifierMaterial, Material, OptimizerMaterial
from training.tuning.search_space import SPACES, Settings, as_values
from training.tuning.study import Search, TrialWatch, run_search
from training.tuning.trial_workers import trial_workers


@dataclass(frozen=True)
class Tuning:
    """
    The result of a search.

    Attributes:
        kind: classifier or optimizer.
        name: The search's name, which depends on data, space, folds, seed and fixed settings.
        trials: Number of trials by outcome.
        today: The current values of the settings searched.
        best: Those of least error on the folds.
        today_error: Mean error of the current ones on the folds; None if that trial was not measured.
        best_error: The same of the best.
        held_out: Both on items that the search never saw.
        better: Whether the best are significantly better there.
    """

    kind: str
    name: str
    trials: Mapping[str, int]
    today: Settings
    best: Settings
    today_error: float | None
    best_error: float
    held_out: tuple[ComparedFigure, ...]
    better: bool

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class TuningTask:
    """What to search: `fixed` settings apply to every trial."""

    kind: str
    folders: Sequence[Path]
    table: Path
    work: Path
    trials: int
    folds: int
    seed: int
    fixed: Mapping[str, str]


def tune(
    task: TuningTask, jobs: int, scheduler: str | None, watch: TrialWatch, progress: Progress
) -> tuple[Tuning, pd.DataFrame]:
    """
    Search, compare, and return both the outcome and a table of all trials.

    Raises:
        DatasetFault: the data cannot be trained on, or another search uses the same journal.
        ValueError: a fixed setting that there is not, or a value that is none of it.
        ClusterFault: the cluster cannot be reached or gave up.
    """
    base = training_config(task.kind, task.fixed)
    space = {name: allowed for name, allowed in SPACES[task.kind].items() if name not in task.fixed}
    today = {name: getattr(base, name) for name in space}
    material = _material(task, base, progress)
    drawn = {name: distribution_to_json(allowed) for name, allowed in space.items()}
    identity = json.dumps([material.digest, drawn, repr(base), task.folds, task.seed])
    name = f"{task.kind}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    search = Search(name, space, today, task.folds, task.seed)
    journal = task.work / f"{task.kind}.journal"
    with trial_workers(material, jobs, scheduler) as (submit, at_once):
        study = run_search(search, journal, task.trials, submit, at_once, watch, progress)
    best = study.best_params
    progress("Comparing on held-out items", 0, 2)
    before = material.held_out(as_values(today))
    progress("Comparing on held-out items", 1, 2)
    held_out = compare(before, before if best == today else material.held_out(as_values(best)))
    progress("Comparing on held-out items", 2, 2)
    outcome = Tuning(
        kind=task.kind,
        name=name,
        trials=_counted(study),
        today=today,
        best=best,
        today_error=next((trial.value for trial in study.trials if trial.params == today), None),
        best_error=float(study.best_value),
        held_out=held_out,
        better=is_better(held_out),
    )
    return outcome, study.trials_dataframe(("number", "state", "value", "params", "duration"))


def _material(task: TuningTask, base: Any, progress: Progress) -> Material:
    if task.kind == "classifier":
        return ClassifierMaterial.of(labelled_samples(task.folders), task.folds, base, progress)
    return OptimizerMaterial.of(measured_tracings(task.table), task.folds, base)


def _counted(study: optuna.Study) -> dict[str, int]:
    states = [trial.state.name for trial in study.get_trials(deepcopy=False)]
    return {state: states.count(state) for state in sorted(set(states))}
