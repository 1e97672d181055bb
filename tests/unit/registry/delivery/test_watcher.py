import re
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

import pytest
from mlflow import MlflowClient

from registry.bento.bento_builder import BuiltBento, HeldModel
from registry.delivery.production_delivery import deliver
from registry.delivery.watcher import Watcher
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER, list_versions
from registry.promotion.history import history
from registry.promotion.moves import promote, return_to
from svgai.errors import DeploymentFault, RegistryFault
from svgai.model_files.training_record import ModelKind
from tests.fakes.fake_registry import FakeMlflow, FakeRegistry, gates_that_refuse

ANN = Actor(by="ann", via="cli")


def challengers_of(bento: str) -> Mapping[ModelKind, HeldModel]:
    """The challenging optimizer follows -ab-."""
    found = re.search(r"-ab-o(\d+)$", bento)
    return {"optimizer": HeldModel(int(found[1]), f"file of {OPTIMIZER} {found[1]}")} if found else {}


def models_of(bento: str) -> Mapping[ModelKind, HeldModel] | None:
    """Bentos are named c<classifier>-o<optimizer> here."""
    found = re.match(r"c(\d+)-o(\d+)", bento)
    if not found:
        return None
    return {
        "classifier": HeldModel(int(found[1]), f"file of {CLASSIFIER} {found[1]}"),
        "optimizer": HeldModel(int(found[2]), f"file of {OPTIMIZER} {found[2]}"),
    }


@dataclass
class FakeDeployment:
    """Puts into service whatever does not `fail`, and remembers the order."""

    address: str = "http://here"
    served: list[str] = field(default_factory=list)
    fail: set[str] = field(default_factory=set)
    behind: bool = False
    tried: int = 0
    recovered: int = 0

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def live(self) -> str | None:
        return self.served[-1] if self.served else None

    def deploy(self, bento: str) -> None:
        self.tried += 1
        if bento in self.fail:
            raise DeploymentFault(bento, ("its convert answers 500",))
        self.served.append(bento)

    def recover(self) -> None:
        self.recovered += 1

    def registry_behind(self) -> bool:
        return self.behind

    def registry_caught_up(self) -> None:
        self.behind = False


class Place:
    """Both models with version 1 in Production, a deployment, and a watcher."""

    def __init__(self, *, experiments: bool = False) -> None:
        self.classifier, self.optimizer = FakeRegistry(3), FakeRegistry(3, OPTIMIZER)
        self.mlflow = FakeMlflow(self.classifier, self.optimizer).client
        self.deployment = FakeDeployment()
        self.said: list[str] = []
        self.away = 0
        self.built: list[str] = []
        for name in (CLASSIFIER, OPTIMIZER):
            promote(self.mlflow, name, 1, to="Production", actor=ANN, judge=gates_that_refuse())
        self.watcher = Watcher(
            connect=self.connect,
            judge=lambda _: gates_that_refuse(3),
            build=self.build,
            models_of=models_of,
            deployment=self.deployment,
            say=self.said.append,
            challengers_of=challengers_of if experiments else None,
        )

    def connect(self) -> MlflowClient:
        if self.away:
            self.away -= 1
            raise RegistryFault("no MLflow server answers")
        return self.mlflow

    def production(self) -> dict[str, int]:
        return {
            kind: version.number
            for kind, name in (("classifier", CLASSIFIER), ("optimizer", OPTIMIZER))
            for version in list_versions(self.mlflow, name)
            if version.stage == "Production"
        }

    def build(self) -> BuiltBento:
        numbers = self.production()
        staging = [version.number for version in self.optimizer.versions() if version.stage == "Staging"]
        tried = f"-ab-o{staging[0]}" if staging and self.watcher.challengers_of else ""
        tag = f"c{numbers['classifier']}-o{numbers['optimizer']}{tried}"
        self.built.append(tag)
        return BuiltBento(
            tag=tag,
            digest="d",
            versions={"classifier": numbers["classifier"], "optimizer": numbers["optimizer"]},
            created=True,
        )


@pytest.fixture
def place() -> Place:
    """Version 1 of both serves."""
    place = Place()
    place.watcher.look()
    assert place.deployment.served == ["c1-o1"]
    return place


def test_what_a_person_promotes_is_built_and_served(place: Place) -> None:
    """And nothing is done when there is nothing to do."""
    place.classifier.click_stage(2, "Production")
    place.watcher.look()
    place.watcher.look()
    assert place.deployment.served == ["c1-o1", "c2-o1"]
    assert place.built == ["c1-o1", "c2-o1"]
    (deployed,) = place.classifier.versions()[1].deployments
    assert (deployed.bento, deployed.digest, deployed.address) == ("c2-o1", "d", "http://here")
    assert "c2-o1 serves at http://here" in place.classifier.descriptions[2]


def test_both_models_are_delivered_together(place: Place) -> None:
    """One Bento for two promotions."""
    place.classifier.click_alias(2, "production")
    place.optimizer.click_stage(2, "Production")
    place.watcher.look()
    assert place.deployment.served == ["c1-o1", "c2-o2"]


def test_a_challenger_is_delivered_while_it_is_in_staging() -> None:
    """Where there are experiments its Bento comes with it, and another one without it when it leaves; once for each."""
    place = Place(experiments=True)
    place.watcher.look()
    place.optimizer.click_stage(2, "Staging")
    place.watcher.look()
    place.watcher.look()
    place.optimizer.click_stage(2, "Archived")
    place.watcher.look()
    assert place.deployment.served == ["c1-o1", "c1-o1-ab-o2", "c1-o1"]
    assert place.built == place.deployment.served
    (deployed,) = place.optimizer.versions()[1].deployments
    assert (deployed.bento, deployed.succeeded) == ("c1-o1-ab-o2", True)


def test_a_challenger_that_does_not_serve_is_tried_once() -> None:
    """What serves goes on, with the reason on the challenger; another challenger is tried."""
    place = Place(experiments=True)
    place.watcher.look()
    place.deployment.fail = {"c1-o1-ab-o2"}
    place.optimizer.click_stage(2, "Staging")
    place.watcher.look()
    place.watcher.look()
    assert (place.deployment.served, place.deployment.tried) == (["c1-o1"], 2)
    assert "its convert answers 500" in place.optimizer.descriptions[2]
    place.watcher = replace(place.watcher, judge=lambda _: gates_that_refuse())
    place.optimizer.click_stage(3, "Staging", archive=True)
    place.watcher.look()
    assert place.deployment.served == ["c1-o1", "c1-o1-ab-o3"]


def test_without_experiments_staging_is_not_served(place: Place) -> None:
    """Nothing is built of what is in Staging."""
    place.optimizer.click_stage(2, "Staging")
    place.watcher.look()
    assert place.built == ["c1-o1"]


def test_what_the_gates_refuse_is_not_built(place: Place) -> None:
    """What served goes on."""
    place.classifier.click_stage(3, "Production", archive=True)
    place.watcher.look()
    assert place.deployment.served == ["c1-o1"]
    assert place.production() == {"classifier": 1, "optimizer": 1}


def test_a_bento_that_does_not_serve_takes_the_registry_back(place: Place) -> None:
    """With the reason on the version, and without trying again."""
    place.deployment.fail = {"c2-o1"}
    place.classifier.click_stage(2, "Production", archive=True)
    place.watcher.look()
    place.watcher.look()
    assert place.production() == {"classifier": 1, "optimizer": 1}
    assert place.deployment.tried == 2
    assert "its convert answers 500" in place.classifier.descriptions[2]
    assert [v.stage for v in place.classifier.versions()] == ["Production", "Archived", "None"]
    assert any("its convert answers 500" in line for line in place.said)


def test_a_first_bento_that_does_not_serve_is_not_tried_for_ever() -> None:
    """There is nothing to go back to; another version is tried."""
    place = Place()
    place.deployment.fail = {"c1-o1"}
    place.watcher.look()
    place.watcher.look()
    assert place.deployment.tried == 1
    place.classifier.click_stage(2, "Production")
    place.watcher.look()
    assert place.deployment.served == ["c2-o1"]


def test_a_deployment_that_was_not_written_down_is(place: Place) -> None:
    """The watcher was killed between the two."""
    promote(place.mlflow, CLASSIFIER, 2, to="Production", actor=ANN, judge=gates_that_refuse())
    place.deployment.served.append("c2-o1")
    place.watcher.look()
    place.watcher.look()
    assert [entry.bento for entry in place.classifier.versions()[1].deployments] == ["c2-o1"]
    assert place.built == ["c1-o1"]


def test_a_rollback_of_the_deployment_is_told_to_the_registry(place: Place) -> None:
    """It is not taken for a registry that is ahead."""
    place.classifier.click_stage(2, "Production")
    place.watcher.look()
    place.deployment.served.append("c1-o1")
    place.deployment.behind = True
    place.watcher.look()
    assert place.production() == {"classifier": 1, "optimizer": 1}
    assert place.deployment.served[-1] == "c1-o1"
    assert not place.deployment.behind


def test_a_registry_rolled_back_by_command_is_delivered(place: Place) -> None:
    """The Bento of the versions before comes back."""
    place.classifier.click_stage(2, "Production")
    place.watcher.look()
    return_to(place.mlflow, {CLASSIFIER: 1}, actor=ANN, reason="rolled back")
    place.watcher.look()
    assert place.deployment.served == ["c1-o1", "c2-o1", "c1-o1"]


def test_a_model_without_production_is_waited_for() -> None:
    """Nothing is built of half a set."""
    place = Place()
    place.optimizer.stages[1] = "None"
    place.optimizer.tags[1].clear()
    place.optimizer.aliases.clear()
    place.watcher.look()
    assert place.built == []


def test_the_watcher_waits_for_a_registry_that_is_away(place: Place) -> None:
    """It says so, goes on when the registry answers, and stops when told."""
    place.away = 2
    stopped = threading.Event()
    place.classifier.click_stage(2, "Production")
    watching = threading.Thread(target=place.watcher.watch, args=(0.01, stopped))
    watching.start()
    for _ in range(6_000):
        if len(place.deployment.served) == 2:
            break
        stopped.wait(0.01)
    stopped.set()
    watching.join(timeout=60)
    assert not watching.is_alive()
    assert place.deployment.served == ["c1-o1", "c2-o1"]
    assert sum("no MLflow server answers; trying again in" in line for line in place.said) == 2
    assert "the registry answers again" in place.said


def test_a_watcher_stops_while_the_registry_is_away(place: Place) -> None:
    """Without an error."""
    place.away = 1_000_000
    stopped = threading.Event()
    watching = threading.Thread(target=place.watcher.watch, args=(0.01, stopped))
    watching.start()
    stopped.set()
    watching.join(timeout=60)
    assert not watching.is_alive()


def test_a_delivery_by_command_fails_aloud(place: Place) -> None:
    """With the registry where the deployment is."""
    place.deployment.fail = {"c2-o1"}
    promote(place.mlflow, CLASSIFIER, 2, to="Production", actor=ANN, judge=gates_that_refuse())
    production = [list_versions(place.mlflow, CLASSIFIER)[1], list_versions(place.mlflow, OPTIMIZER)[0]]
    with pytest.raises(DeploymentFault, match="convert answers 500"):
        deliver(place.mlflow, production, place.build, models_of, place.deployment, ANN)
    assert place.production() == {"classifier": 1, "optimizer": 1}


def test_another_file_under_the_same_number_is_delivered(place: Place) -> None:
    """As where the registry is another one, or was made anew: numbers alone would say that all is well."""
    place.classifier.tags[1]["sha256"] = "another file"
    place.watcher.look()
    assert place.built == ["c1-o1", "c1-o1"]
    assert place.deployment.tried == 2


def test_a_registry_of_other_files_does_not_follow_what_serves(place: Place) -> None:
    """It would promote a file that never served; that is said, and what is in Production is delivered next."""
    place.classifier.click_stage(2, "Production")
    place.watcher.look()
    place.deployment.served.append("c1-o1")
    place.deployment.behind = True
    place.classifier.tags[1]["sha256"] = "another file"
    with pytest.raises(RegistryFault, match="is not version 1 of this registry"):
        place.watcher.look()
    assert place.production() == {"classifier": 2, "optimizer": 1}
    place.watcher.look()
    assert place.deployment.served[-1] == "c2-o1"


def test_the_history_tells_all_in_order(place: Place) -> None:
    """Who, when, from where, what, and the Bento."""
    place.classifier.click_stage(2, "Production", archive=True)
    place.watcher.look()
    place.classifier.click_stage(3, "Production", archive=True)
    place.watcher.look()
    told = [(e.version, e.action, e.target, e.by, e.via) for e in history(place.mlflow, CLASSIFIER)]
    assert told == [
        (1, "promote", "Staging", "ann", "cli"),
        (1, "promote", "Production", "ann", "cli"),
        (1, "deploy", "http://here", "the watcher", "watcher"),
        (2, "promote", "Production", "a person in MLflow", "mlflow"),
        (1, "archive", "Archived", "a person in MLflow", "mlflow"),
        (2, "deploy", "http://here", "the watcher", "watcher"),
        (3, "refuse", "None", "the watcher", "watcher"),
    ]
    assert len(history(place.mlflow)) == len(told) + 3 + 1
