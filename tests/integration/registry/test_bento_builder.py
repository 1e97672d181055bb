"""Bentos of what is in Production on a real MLflow server: exact, the same again, whole or not there at all."""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
import yaml
from mlflow import MlflowClient

from registry.mlflow_store.stages import move
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER, list_versions
from registry.training_runs.tracking import log_training
from svgai.decode.pixels import encode_png
from svgai.model_files.training_record import file_sha256
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.bento_place import SERVICE, BentoPlace, bento_place
from tests.integration.servers.served import ROOT, encoded, serving
from tests.integration.servers.trained_folders import GOOD_METRICS, train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

CHALLENGED = """
    if hasattr(arguments, "challenger_classifier"):
        challenger_classifier = bentoml.models.BentoModel(arguments.challenger_classifier)

    @bentoml.api"""
REMOVE = "import sys; from registry.bento.bento_removal import remove_bento; remove_bento(sys.argv[1])"


def produce(client: MlflowClient, name: str, version: int = 1) -> None:
    move(client, name, version, "Production", archive=True)


@pytest.fixture
def production(registry: MlflowClient, tmp_path: Path) -> MlflowClient:
    """A server with version 1 of both models in Production, and a version 2 of the classifier beside it."""
    for seed in (1, 2):
        log_training(train("classifier", tmp_path / f"classifier{seed}", seed=seed), registry.tracking_uri)
    log_training(train("optimizer", tmp_path / "optimizer"), registry.tracking_uri)
    produce(registry, CLASSIFIER)
    produce(registry, OPTIMIZER)
    return registry


def test_a_bento_holds_the_exact_production_versions(production: MlflowClient, tmp_path: Path) -> None:
    """By tag, by label and byte for byte; a promotion changes the next Bento, a spoiled store is repaired."""
    here = bento_place(tmp_path, production)
    shas = {name: [v.tags["sha256"] for v in list_versions(production, name)] for name in (CLASSIFIER, OPTIMIZER)}
    for number in (1, 2):
        produce(production, CLASSIFIER, number)
        built = here.build()
        tag = str(built["tag"])
        assert tag.startswith(f"svgai:c{number}-o1-")
        assert built["versions"] == {"classifier": number, "optimizer": 1}
        bento = yaml.safe_load((here.bento(tag) / "bento.yaml").read_text())
        expected = {
            f"{CLASSIFIER}:v{number}-{shas[CLASSIFIER][number - 1][:8]}",
            f"{OPTIMIZER}:v1-{shas[OPTIMIZER][0][:8]}",
        }
        assert set(bento["args"].values()) == expected
        assert {model["tag"] for model in bento["services"][0]["models"]} == expected
        assert bento["labels"]["classifier_version"] == str(number)
        assert bento["labels"]["optimizer_sha256"] == shas[OPTIMIZER][0]
        assert bento["labels"]["optimizer_run_id"] == list_versions(production, OPTIMIZER)[0].run_id
        assert float(bento["labels"]["classifier_accuracy"]) == GOOD_METRICS["classifier"]["accuracy"]
        assert bento["labels"]["source_digest"].startswith(tag[-8:])
        stored = here.home / "models" / OPTIMIZER / f"v1-{shas[OPTIMIZER][0][:8]}"
        assert file_sha256(stored / "optimizer.xgb") == shas[OPTIMIZER][0]
        metadata = json.loads((stored / "metadata.json").read_text())["optimizer"]
        assert (metadata["file"], metadata["version"]) == ("optimizer.xgb", "1")
        (stored / "optimizer.xgb").write_bytes(b"spoiled")


@pytest.mark.long
def test_a_bento_holds_a_challenger_beside_them(production: MlflowClient, tmp_path: Path) -> None:
    """By argument, label and name; without it in Staging the Bento is the one that it was."""
    here = bento_place(tmp_path, production)
    (here.project / "service.py").write_text(SERVICE.replace("\n    @bentoml.api", CHALLENGED, 1))
    alone = here.build()
    move(production, CLASSIFIER, 2, "Staging", archive=True)
    built = here.build()
    tag = str(built["tag"])
    assert tag.startswith("svgai:c1-o1-ab-c2-")
    assert (built["versions"], built["challengers"]) == ({"classifier": 1, "optimizer": 1}, {"classifier": 2})
    bento = yaml.safe_load((here.bento(tag) / "bento.yaml").read_text())
    sha256 = list_versions(production, CLASSIFIER)[1].tags["sha256"]
    assert bento["args"]["challenger_classifier"] == f"{CLASSIFIER}:v2-{sha256[:8]}"
    assert bento["labels"]["challenger_classifier_version"] == "2"
    assert bento["labels"]["challenger_classifier_sha256"] == sha256
    assert bento["args"]["challenger_classifier"] in {model["tag"] for model in bento["services"][0]["models"]}
    assert here.build() == built | {"created": False}
    move(production, CLASSIFIER, 2, "Archived", archive=False)
    assert here.build() == alone | {"created": False}


def test_what_has_no_version_in_production_is_not_built(registry: MlflowClient, tmp_path: Path) -> None:
    """The model without one is named."""
    log_training(train("classifier", tmp_path / "classifier"), registry.tracking_uri)
    produce(registry, CLASSIFIER)
    assert "svgai-optimizer has no version in Production" in bento_place(tmp_path, registry).refused()


def test_a_file_that_is_not_the_recorded_one_is_not_built(production: MlflowClient, tmp_path: Path) -> None:
    """Somebody changed the digest, or the file."""
    production.set_model_version_tag(OPTIMIZER, "1", "sha256", "0" * 64)
    fault = bento_place(tmp_path, production).refused()
    assert "ModelFault" in fault
    assert "SHA-256 differs" in fault


@pytest.mark.long
def test_the_same_in_another_store_is_the_same_bento(production: MlflowClient, tmp_path: Path) -> None:
    """Tag, digest and every file are equal but for the times in the description."""
    one, other = bento_place(tmp_path / "one", production), bento_place(tmp_path / "other", production)
    first, second = one.build(), other.build()
    assert first == second
    tag = str(first["tag"])
    files = [
        {path.relative_to(here.bento(tag)): path.read_bytes() for path in here.bento(tag).rglob("*") if path.is_file()}
        for here in (one, other)
    ]
    assert files[0].keys() == files[1].keys()
    assert {str(path) for path, content in files[0].items() if files[1][path] != content} <= {"bento.yaml"}
    descriptions = [
        [line for line in found[Path("bento.yaml")].decode().splitlines() if "creation_time:" not in line]
        for found in files
    ]
    assert descriptions[0] == descriptions[1]


@pytest.mark.long
def test_the_same_again_is_found_in_the_store(production: MlflowClient, tmp_path: Path) -> None:
    """Also after other versions were there for a while, and not if the code has changed."""
    here = bento_place(tmp_path, production)
    first = here.build()
    produce(production, CLASSIFIER, 2)
    assert here.build()["created"]
    produce(production, CLASSIFIER, 1)
    assert here.build() == first | {"created": False}
    (here.project / "inner" / "code.py").write_text("NUMBER = 2\n")
    changed = here.build()
    assert changed["created"]
    assert changed["versions"] == first["versions"]
    assert changed["digest"] != first["digest"]


@pytest.mark.long
def test_a_version_of_ones_own_is_never_two_things(production: MlflowClient, tmp_path: Path) -> None:
    """Given again for the same it is found; for anything else it is refused."""
    here = bento_place(tmp_path, production)
    assert here.build("release")["tag"] == "svgai:release"
    assert not here.build("release")["created"]
    produce(production, CLASSIFIER, 2)
    assert "svgai:release is there and was made from something else" in here.refused("release")


@pytest.mark.long
def test_a_killed_build_leaves_nothing_and_is_repeated(production: MlflowClient, tmp_path: Path) -> None:
    """What half a Bento was left by other means under its tag is replaced, too."""
    here = bento_place(tmp_path, production)
    process = here.start_build()
    deadline = time.monotonic() + 60
    while not list(here.home.glob("svgai-build-*")):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not list(here.home.glob("bentos/svgai/*"))
    built = here.build()
    assert built["created"]
    bento = here.bento(str(built["tag"]))
    (bento / "bento.yaml").unlink()
    shutil.rmtree(bento / "src")
    assert here.build() == built
    assert (bento / "src" / "service.py").is_file()


@pytest.mark.long
def test_a_removed_bento_takes_only_models_with_it_that_none_other_needs(
    production: MlflowClient, tmp_path: Path
) -> None:
    """The optimizer of both Bentos stays, the classifier of the removed one goes."""
    here = bento_place(tmp_path, production)
    first = here.build()
    before = here.models()
    produce(production, CLASSIFIER, 2)
    second = here.build()
    removal = here.start(REMOVE, str(first["tag"]))
    _, errors = removal.communicate(timeout=60)
    assert removal.returncode == 0, errors
    assert not here.bento(str(first["tag"])).exists()
    assert here.bento(str(second["tag"])).is_dir()
    after = here.models()
    assert {tag.partition("-")[2].partition("-")[0] for tag in after} == {"classifier:v2", "optimizer:v1"}
    assert len(before & after) == 1


@pytest.mark.long
def test_the_service_for_a_gpu_has_cuda_in_its_image_and_answers_without_one(
    production: MlflowClient, tmp_path: Path
) -> None:
    """The project's own Bento, in both variants: other pins and another label, the same code, models and base image."""
    here = BentoPlace(tmp_path, production.tracking_uri, ROOT)
    built = {variant: here.build(variant=variant) for variant in ("cpu", "gpu")}
    assert here.build(variant="gpu") == built["gpu"] | {"created": False}
    tags = {variant: str(found["tag"]) for variant, found in built.items()}
    assert tags["gpu"].startswith("svgai:c1-o1-")
    assert tags["gpu"].endswith("-gpu")
    assert tags["gpu"].removesuffix("-gpu") != tags["cpu"]
    bentos = {variant: here.bento(tag) for variant, tag in tags.items()}
    for variant, lock in (("cpu", "serving"), ("gpu", "serving-gpu")):
        installed = set((bentos[variant] / "env" / "python" / "requirements.txt").read_text().split())
        assert installed == set((ROOT / "requirements" / f"{lock}.txt").read_text().split())
        described = yaml.safe_load((bentos[variant] / "bento.yaml").read_text())
        assert described["labels"]["variant"] == variant
        assert described["labels"]["project"] == "svgai"
        assert described["labels"]["source_digest"][:8] in tags[variant]
    dockerfiles = {variant: (bento / "env" / "docker" / "Dockerfile").read_text() for variant, bento in bentos.items()}
    assert dockerfiles["gpu"] == dockerfiles["cpu"]
    assert f"FROM python:{sys.version_info.major}.{sys.version_info.minor}-slim" in dockerfiles["gpu"]
    sources = [
        {path.relative_to(bento): path.read_bytes() for path in bento.glob("src/**/*.py")} for bento in bentos.values()
    ]
    assert sources[0] == sources[1] != {}
    with serving(here.folder, bento=tags["gpu"]) as served:
        answer = served.client.post("/api/classify", json={"image": encoded(encode_png(drawn_logo(1)))}).json()
        status = served.client.get("/api/ai-status").json()
    assert answer["model_version"] == "classifier:1,optimizer:1"
    assert status["ai_status"] == "ready"
    assert status["checks"]["environment"]["execution_provider"] == "CPUExecutionProvider"
