"""
A resumable hyperparameter search by Optuna's TPE, fold by fold.

Every trial is measured on the same folds in the same order, and pruned after the first fold at which its mean error is
above the median of earlier trials. Everything is in a journal: a killed search resumes, and with one worker it tries
exactly the settings that it would have tried. With several workers, the settings also depend on which trials end first.
"""

from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import optuna
from filelock import FileLock, Timeout
from optuna.distributions import BaseDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import Trial, TrialState

from svgai.errors import DatasetFault
from training.data.progress import Progress
from training.tuning.search_space import Settings, as_values
from training.tuning.trial_workers import Submit

_STARTUP = 8
"""Random trials before TPE has enough data."""

_JUDGED_AFTER = 4
"""Trials that are measured completely before others are pruned."""

_DONE = (TrialState.COMPLETE, TrialState.PRUNED)


class TrialWatch(Protocol):
    """Callbacks for the progress of trials."""

    def began(self, number: int, settings: Settings) -> None: ...

    def measured(self, number: int, fold: int, mean_error: float) -> None: ...

    def ended(self, number: int, state: str, mean_error: float | None) -> None: ...


class Unwatched:
    """Does nothing: for a search without a listener."""

    def began(self, number: int, settings: Settings) -> None: ...

    def measured(self, number: int, fold: int, mean_error: float) -> None: ...

    def ended(self, number: int, state: str, mean_error: float | None) -> None: ...


@dataclass
class _Underway:
    trial: Trial
    errors: list[float]


@dataclass(frozen=True)
class Search:
    """
    The definition of a search.

    Attributes:
        name: A second search of the same name resumes the first.
        space: The settings and their ranges.
        today: The starting point.
        folds: Number of folds a trial is measured on.
        seed: Determines the settings tried.
    """

    name: str
    space: Mapping[str, BaseDistribution]
    today: Settings
    folds: int
    seed: int


def run_search(
    search: Search, journal: Path, trials: int, submit: Submit, at_once: int, watch: TrialWatch, progress: Progress
) -> optuna.Study:
    """
    Search until `trials` trials were measured or pruned, including those of earlier calls.

    Raises:
        DatasetFault: another process is using this journal.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    journal.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f"{journal}.in-use", timeout=0):
            study = _opened(search, journal)
            _go_on(study, search, trials, submit, at_once, watch, progress)
            return study
    except Timeout as fault:
        raise DatasetFault(f"another search uses {journal}: wait for it, or name another folder") from fault


def _opened(search: Search, journal: Path) -> optuna.Study:
    study = optuna.create_study(
        study_name=search.name,
        storage=JournalStorage(JournalFileBackend(str(journal), lock_obj=JournalFileOpenLock(str(journal)))),
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_JUDGED_AFTER),
    )
    if not study.trials:
        study.enqueue_trial(dict(search.today))
    for left in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(left.number, state=TrialState.FAIL)
        study.enqueue_trial(left.params)
    return study


def _go_on(
    study: optuna.Study,
    search: Search,
    trials: int,
    submit: Submit,
    at_once: int,
    watch: TrialWatch,
    progress: Progress,
) -> None:
    underway: dict[Future[float], _Underway] = {}
    try:
        while True:
            done = len(study.get_trials(deepcopy=False, states=_DONE))
            progress("Trying settings", done, trials)
            while len(underway) < at_once and done + len(underway) < trials:
                trial = _asked(study, search)
                first = submit(as_values(trial.params), 0)
                underway[first] = _Underway(trial, [])
                watch.began(trial.number, trial.params)
            if not underway:
                return
            for future in wait(underway, return_when=FIRST_COMPLETED).done:
                one = underway[future]
                if _goes_on(study, search, one, future, watch):
                    underway[submit(as_values(one.trial.params), len(one.errors))] = one
                del underway[future]
    except BaseException:
        for future, one in underway.items():
            failed = future.done() and not future.cancelled() and future.exception() is not None
            watch.ended(one.trial.number, "FAILED" if failed else "KILLED", None)
        raise


def _asked(study: optuna.Study, search: Search) -> Trial:
    # Seeded by position in the search: a resumed search draws what it would have drawn.
    place = len(study.get_trials(deepcopy=False, states=(*_DONE, TrialState.RUNNING)))
    drawn = int(np.random.SeedSequence([search.seed, place]).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(n_startup_trials=_STARTUP, seed=drawn)
    return study.ask(dict(search.space))


def _goes_on(study: optuna.Study, search: Search, one: _Underway, future: "Future[float]", watch: TrialWatch) -> bool:
    """Whether a trial continues with another fold, after that of `future`."""
    trial = one.trial
    try:
        one.errors.append(future.result())
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)  # a later call tries other settings
        raise
    mean = float(np.mean(one.errors))
    trial.report(mean, len(one.errors))
    watch.measured(trial.number, len(one.errors) - 1, mean)
    if len(one.errors) == search.folds:
        study.tell(trial, mean)
        watch.ended(trial.number, "COMPLETE", mean)
        return False
    if trial.should_prune():
        study.tell(trial, state=TrialState.PRUNED)
        watch.ended(trial.number, "PRUNED", mean)
        return False
    return True
