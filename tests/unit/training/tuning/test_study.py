"""A search whose trials are measured by arithmetic in place of trainings."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import optuna
import pytest
from filelock import FileLock
from optuna.distributions import FloatDistribution

from svgai.errors import DatasetFault
from training.tuning.search_space import Settings
from training.tuning.study import Search, Unwatched, run_search

SEARCH = Search("arithmetic", {"x": FloatDistribution(-10.0, 10.0)}, {"x": 5.0}, folds=3, seed=4)
FOLD_SHIFTS = (0.0, 0.5, -0.5)


@dataclass
class Measuring:
    """Errors that are least at x = 2, measured at once; it breaks off before its `breaks`-th measurement."""

    breaks: int | None = None
    seen: list[tuple[float, int]] = field(default_factory=list)

    def __call__(self, values: Mapping[str, str], fold: int) -> "Future[float]":
        if self.breaks == len(self.seen):
            raise KeyboardInterrupt
        x = float(values["x"])
        self.seen.append((x, fold))
        done: Future[float] = Future()
        done.set_result((x - 2) ** 2 + FOLD_SHIFTS[fold])
        return done


@dataclass
class Told:
    """What a watch is told."""

    lines: list[tuple[object, ...]] = field(default_factory=list)

    def began(self, number: int, settings: Settings) -> None:
        self.lines.append(("began", number, settings["x"]))

    def measured(self, number: int, fold: int, mean_error: float) -> None:
        self.lines.append(("measured", number, fold, mean_error))

    def ended(self, number: int, state: str, mean_error: float | None) -> None:
        self.lines.append(("ended", number, state, mean_error))


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def search(journal: Path, trials: int, measuring: Measuring, at_once: int = 1, what: Search = SEARCH) -> optuna.Study:
    return run_search(what, journal, trials, measuring, at_once, Unwatched(), quiet)


def tried(study: optuna.Study) -> list[float]:
    """What was measured or given up, in turn."""
    return [trial.params["x"] for trial in study.trials if trial.state.name in {"COMPLETE", "PRUNED"}]


def test_it_begins_with_today_and_finds_better(tmp_path: Path) -> None:
    """The first trial is what is used now; the best of thirty is near the least error."""
    study = search(tmp_path / "journal", 30, Measuring())
    assert tried(study)[0] == 5.0
    assert study.best_value < 1.0
    assert abs(study.best_params["x"] - 2) < 1


def test_poor_trials_are_given_up_after_a_fold(tmp_path: Path) -> None:
    """They cost less than the folds of all trials, and none of them is the best."""
    measuring = Measuring()
    study = search(tmp_path / "journal", 30, measuring)
    pruned = [trial for trial in study.trials if trial.state.name == "PRUNED"]
    assert pruned
    assert len(measuring.seen) < 3 * 30
    assert min(trial.intermediate_values[1] for trial in pruned) > study.best_trial.intermediate_values[1]


@pytest.mark.slow
@pytest.mark.parametrize("breaks", [1, 4, 20, 33])
def test_a_stopped_search_goes_on_as_if_it_had_not_been(tmp_path: Path, breaks: int) -> None:
    """The same settings are tried in the same order; the trial that was under way is measured again."""
    whole = search(tmp_path / "whole", 20, Measuring())
    with pytest.raises(KeyboardInterrupt):
        search(tmp_path / "stopped", 20, Measuring(breaks))
    again = Measuring()
    gone_on = search(tmp_path / "stopped", 20, again)
    assert tried(gone_on) == tried(whole)
    assert gone_on.best_params == whole.best_params
    assert len(again.seen) < 60 - breaks + 3


def test_a_finished_search_measures_nothing_more(tmp_path: Path) -> None:
    """Trials are counted over all calls; more of them go on."""
    search(tmp_path / "journal", 6, Measuring())
    again, more = Measuring(), Measuring()
    search(tmp_path / "journal", 6, again)
    assert not again.seen
    assert len(tried(search(tmp_path / "journal", 9, more))) == 9


def test_another_seed_tries_others(tmp_path: Path) -> None:
    """In the same journal, beside the first."""
    first = search(tmp_path / "journal", 6, Measuring())
    other = Search("other seed", SEARCH.space, SEARCH.today, SEARCH.folds, seed=5)
    second = search(tmp_path / "journal", 6, Measuring(), what=other)
    assert tried(first)[0] == tried(second)[0]
    assert tried(first)[1:] != tried(second)[1:]


def test_several_at_once_are_as_many_as_asked_for(tmp_path: Path) -> None:
    """No trial too many, none twice."""
    study = search(tmp_path / "journal", 11, Measuring(), at_once=4)
    assert len(tried(study)) == len(set(tried(study))) == 11


def test_one_journal_has_one_search_at_a_time(tmp_path: Path) -> None:
    """A second process is told so, and waits for nothing."""
    with FileLock(f"{tmp_path / 'journal'}.in-use"), pytest.raises(DatasetFault, match="another search uses"):
        search(tmp_path / "journal", 3, Measuring())


def test_a_watch_is_told_of_everything(tmp_path: Path) -> None:
    """Of a trial that ends, and of one that is broken off."""
    told = Told()
    with pytest.raises(KeyboardInterrupt):
        run_search(SEARCH, tmp_path / "journal", 9, Measuring(4), 1, told, quiet)
    assert told.lines[:5] == [
        ("began", 0, 5.0),
        ("measured", 0, 0, 9.0),
        ("measured", 0, 1, 9.25),
        ("measured", 0, 2, 9.0),
        ("ended", 0, "COMPLETE", 9.0),
    ]
    assert told.lines[-1] == ("ended", 1, "KILLED", None)


def test_a_trial_whose_training_fails_ends_the_search_with_its_fault(tmp_path: Path) -> None:
    """It is told as failed, and a later call goes on with others."""

    def failing(_values: Mapping[str, str], fold: int) -> "Future[float]":
        done: Future[float] = Future()
        if fold:
            done.set_exception(MemoryError("too deep"))
        else:
            done.set_result(1.0)
        return done

    told = Told()
    with pytest.raises(MemoryError):
        run_search(SEARCH, tmp_path / "journal", 9, failing, 1, told, quiet)
    assert [line for line in told.lines if line[0] == "ended"] == [("ended", 0, "FAILED", None)]
    assert len(tried(search(tmp_path / "journal", 4, Measuring()))) == 4
