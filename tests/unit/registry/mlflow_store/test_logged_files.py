"""The figures of many versions."""

import re
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import cast

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.store.entities.paged_list import PagedList

from registry.mlflow_store import logged_files
from registry.mlflow_store.logged_files import final_metrics_by_run
from registry.mlflow_store.versions import Version
from tests.fakes.fake_registry import FakeRegistry

FIGURES = {"accuracy": 0.9, "training/loss": 1.0}


@dataclass
class Runs:
    """Runs of some ids in two experiments, in the place of a client that remembers what it was asked for."""

    ids: set[str]
    asked: list[tuple[list[str], int]] = field(default_factory=list)

    @property
    def client(self) -> MlflowClient:
        return cast(MlflowClient, self)

    def search_experiments(self, view_type: int, page_token: str | None) -> PagedList[SimpleNamespace]:
        assert view_type == ViewType.ALL
        if page_token:
            return PagedList([SimpleNamespace(experiment_id="2")], None)
        return PagedList([SimpleNamespace(experiment_id="1")], "next")

    def search_runs(
        self, experiments: list[str], filter_string: str, view_type: int, max_results: int
    ) -> list[SimpleNamespace]:
        assert view_type == ViewType.ALL
        named = re.findall(r"'(\w+)'", filter_string)
        self.asked.append((experiments, max_results))
        assert max_results == len(named)
        return [
            SimpleNamespace(info=SimpleNamespace(run_id=one), data=SimpleNamespace(metrics=FIGURES))
            for one in named
            if one in self.ids
        ]


def versions(count: int) -> list[Version]:
    return [replace(one, run_id=f"run{one.number}") for one in FakeRegistry(count).versions()]


def test_runs_of_all_experiments_are_asked_for_in_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the curves of the training; a run that is gone is left out, and one of two versions is asked for once."""
    monkeypatch.setattr(logged_files, "_RUNS_A_CALL", 100)
    many = versions(250)
    runs = Runs({one.run_id for one in many[1:]})
    found = final_metrics_by_run(runs.client, [*many, many[0]])
    assert found == {one.run_id: {"accuracy": 0.9} for one in many[1:]}
    assert runs.asked == [(["1", "2"], 100), (["1", "2"], 100), (["1", "2"], 50)]


def test_without_a_run_nothing_is_asked() -> None:
    """Somebody registered a folder that came of none."""
    runs = Runs(set())
    assert final_metrics_by_run(runs.client, [replace(one, run_id="") for one in versions(2)]) == {}
    assert runs.asked == []
