"""What is said of a registered version's files."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import cast

import pytest
from mlflow import MlflowClient

from registry.mlflow_store.version_files import describe
from registry.mlflow_store.versions import TAG_SERVING_FILE, TAG_SHA256, Version
from svgai.errors import RegistryFault
from tests.fakes.fake_registry import FakeRegistry

DIGEST = "a" * 64


@dataclass
class Runs:
    """One run with these metrics, in the place of a client."""

    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def client(self) -> MlflowClient:
        return cast(MlflowClient, self)

    def get_run(self, _run_id: str) -> SimpleNamespace:
        return SimpleNamespace(data=SimpleNamespace(metrics=self.metrics))


def version(**tags: str) -> Version:
    (found,) = FakeRegistry(1).versions()
    return replace(found, run_id="run", tags={TAG_SHA256: DIGEST, TAG_SERVING_FILE: "classifier.onnx", **tags})


def test_an_entry_holds_what_the_registry_knows() -> None:
    """Number, run, digest and final figures; curves of the training and what is no number stay out."""
    runs = Runs({"accuracy": 0.9, "training/loss": 1.0, "odd": float("nan"), "odder": float("inf")})
    entry = describe(runs.client, version())
    assert (entry.file, entry.sha256, entry.version, entry.run_id) == ("classifier.onnx", DIGEST, "1", "run")
    assert entry.metrics == {"accuracy": 0.9}


@pytest.mark.parametrize(
    "tags, told",
    [
        ({TAG_SHA256: ""}, "no record of its served file and digest"),
        ({TAG_SERVING_FILE: "../etc"}, "no record of its served file and digest"),
        ({TAG_SHA256: "short"}, "is not valid: sha256"),
    ],
)
def test_a_version_of_which_nothing_valid_is_recorded_is_refused(tags: dict[str, str], told: str) -> None:
    """Somebody else made it, or changed its tags."""
    with pytest.raises(RegistryFault, match=told):
        describe(Runs().client, version(**tags))
