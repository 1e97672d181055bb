"""A real training of the classifier, small and short."""

import json
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import onnx
import pandas as pd
import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import encode_png
from svgai.describe.classifier import INPUT_SIDE, PARITY, load_network
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.model_files.training_record import HELD_OUT_FILE, WEIGHTS_FILE, TrainingRecord, file_sha256, read_record
from training.data.datasets import Sample, digest
from training.data.measured_logos import MEASURED
from training.fit.classifier.network_fit import ClassifierConfig
from training.fit.classifier.second_opinion import SecondOpinionConfig
from training.fit.classifier.train_classifier import train_classifier
from training.fit.held_out_report import METRICS_FILE

pytestmark = pytest.mark.slow

QUICK = ClassifierConfig(epochs=1, batch_size=32, pictures=0, second=SecondOpinionConfig(table=None))
Trained = tuple[Path, TrainingRecord, list[tuple[str, int, int]]]


def picture(logo_type: LogoType, seed: int) -> Pixels:
    """A crude picture of each type: a block, bars in a row, a ramp, specks."""
    draw = np.random.default_rng(seed)
    rgba = np.full((40, 40, 4), 255, np.uint8)
    colour = draw.integers(0, 200, 3)
    left, top = draw.integers(2, 12, 2)
    if logo_type == "simple":
        rgba[top : top + 20, left : left + 20, :3] = colour
    elif logo_type == "text":
        for bar in range(6):
            rgba[16:24, 3 + 6 * bar : 6 + 6 * bar, :3] = colour
    elif logo_type == "gradient":
        rgba[top : top + 24, left : left + 24, :3] = np.linspace(20, 220, 24).astype(np.uint8)[:, None, None]
    else:
        rgba[..., :3] = np.kron(draw.integers(0, 256, (10, 10, 3), np.uint8), np.ones((4, 4, 1), np.uint8))
    return rgba


def samples(per_type: int, brands: int | None = None) -> list[Sample]:
    return [
        Sample(
            f"{logo_type}/{seed}",
            logo_type,
            f"{logo_type}-{seed if brands is None else seed % brands}",
            encode_png(picture(logo_type, seed)),
        )
        for logo_type in LOGO_TYPES
        for seed in range(per_type)
    ]


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The folder, the record and the progress of one training."""
    folder = tmp_path_factory.mktemp("classifier")
    seen: list[tuple[str, int, int]] = []
    config = ClassifierConfig(epochs=2, batch_size=32, pictures=3, second=SecondOpinionConfig(epochs=1))
    with joblib.parallel_config(backend="threading"):
        record = train_classifier(samples(12), folder, config, "drawn", lambda *step: seen.append(step))
    return folder, record, seen


def test_the_record_is_complete(trained: Trained) -> None:
    """What was trained, on what, how well, epoch by epoch: all that the registry logs."""
    folder, record, seen = trained
    assert read_record(folder) == record
    assert (record.kind, record.model_file) == ("classifier", "classifier.onnx")
    assert (record.features, record.classes) == (FEATURE_NAMES, LOGO_TYPES)
    assert record.dataset.digest == digest(samples(12))
    assert (record.dataset.rows, record.dataset.source) == (48, "drawn")
    assert record.parameters["epochs"] == 2
    assert isinstance(record.parameters["weights"], int)
    assert len(record.history) == 2
    assert set(record.history[0]) == {"train_loss", "stop_loss", "stop_accuracy"}
    assert {"accuracy", "loss", "ece", "onnx_difference"} <= set(record.metrics)
    assert {f"recall_{name}" for name in LOGO_TYPES} <= set(record.metrics)
    assert {path.name for path in (folder / "figures").iterdir()} == {"contact_sheet.png"}
    assert json.loads((folder / METRICS_FILE).read_text())["metrics"] == record.metrics
    assert {path.name for path in (folder / "artifacts").iterdir()} == {"classifier.pth", "held_out.parquet"}
    assert record.weights_sha256 == file_sha256(folder / WEIGHTS_FILE)
    assert seen[-1] == ("Training the second opinion", 1, 1)


def test_one_seed_gives_one_result(trained: Trained, tmp_path: Path) -> None:
    """An equal training gives the same file, to the byte, and the same figures; another seed gives others."""
    _, record, _ = trained
    config = ClassifierConfig(epochs=2, batch_size=32, pictures=3, second=SecondOpinionConfig(epochs=1))
    with joblib.parallel_config(backend="threading"):
        again = train_classifier(samples(12), tmp_path / "again", config, "drawn", quiet)
        other = train_classifier(samples(12), tmp_path / "other", replace(config, seed=8), "drawn", quiet)
    assert (again.sha256, again.weights_sha256) == (record.sha256, record.weights_sha256)
    assert (again.metrics, again.history) == (record.metrics, record.history)
    assert other.sha256 != record.sha256


def test_the_model_holds_nothing_of_the_machine_that_made_it(trained: Trained) -> None:
    """Neither paths nor stack traces of torch's exporter; its own description stays."""
    folder, *_ = trained
    content = (folder / "classifier.onnx").read_bytes()
    for trace in (b"site-packages", b"stack_trace", b".py", str(Path.home()).encode(), str(Path.cwd()).encode()):
        assert trace not in content, trace
    assert set(LOGO_TYPES) <= set(content.decode("latin-1").split('"'))


def test_figures_are_given_as_they_come(tmp_path: Path) -> None:
    """Once for each epoch, before the next begins."""
    seen: list[tuple[int, set[str]]] = []
    with joblib.parallel_config(backend="threading"):
        train_classifier(
            samples(12), tmp_path, QUICK, "drawn", quiet, watch=lambda step, figures: seen.append((step, set(figures)))
        )
    assert seen == [(0, {"train_loss", "stop_loss", "stop_accuracy"})]


def test_the_record_tells_what_else_was_learned_from(trained: Trained) -> None:
    """How many photographs and rows of measured logos joined the images, and how the second opinion was made."""
    _, record, _ = trained
    assert record.parameters["pictures"] == 3
    assert record.parameters["measured_rows"] == len(pd.read_parquet(MEASURED))
    assert record.parameters["second_table"] == MEASURED.name
    assert record.parameters["second_share"] == SecondOpinionConfig().share


def test_outcomes_of_held_out_images_are_kept(trained: Trained) -> None:
    """Every metric that is a mean over images can be taken from them again."""
    folder, record, _ = trained
    outcomes = pd.read_parquet(folder / HELD_OUT_FILE)
    assert record.held_out is not None
    assert len(outcomes) == record.held_out.items == outcomes["item"].nunique()
    for name in ("accuracy", "loss", *(f"recall_{kind}" for kind in outcomes["type"].unique())):
        assert record.metrics[name] == pytest.approx(outcomes[name].mean(), rel=1e-6)


@pytest.mark.parametrize("count", [1, 3, 17])
def test_the_export_agrees_with_torch(trained: Trained, count: int) -> None:
    """The ONNX file and the .pth file answer alike, for batches of any size, on any input."""
    folder, record, _ = trained
    draw = np.random.default_rng(count)
    pixels = draw.integers(0, 256, (count, 3, INPUT_SIDE, INPUT_SIDE), np.uint8)
    features = draw.normal(0, 5, (count, len(FEATURE_NAMES))).astype(np.float32)
    exported = load_network(folder / "classifier.onnx").run(pixels, features)
    assert np.abs(exported - load_network(folder / "artifacts" / "classifier.pth").run(pixels, features)).max() < PARITY
    assert record.metrics["onnx_difference"] <= PARITY


def test_the_export_is_one_whole_file(trained: Trained) -> None:
    """Weights are inside: nothing beside the file is needed to load it."""
    folder, _, _ = trained
    model = onnx.load(folder / "classifier.onnx", load_external_data=False)
    assert all(not tensor.external_data for tensor in model.graph.initializer)
    assert not list(folder.glob("*.data"))


@pytest.mark.parametrize("kept", [9, 0])
def test_too_few_images_of_a_type_are_a_fault(tmp_path: Path, kept: int) -> None:
    """The message names the type and how many there are; nothing looks like a finished training."""
    few = [sample for sample in samples(10) if sample.kind != "text"] + samples(kept)[kept : 2 * kept]
    with pytest.raises(DatasetFault, match=f"at least 10 images of type text; there are {kept}"):
        train_classifier(few, tmp_path, ClassifierConfig(), "drawn", quiet)
    assert not (tmp_path / "training.json").exists()


def test_unlabelled_images_are_a_fault(tmp_path: Path) -> None:
    """Each image needs a type."""
    bare = Sample("x", None, "x", encode_png(picture("simple", 99)))
    with pytest.raises(DatasetFault, match="a type for every image"):
        train_classifier([*samples(10), bare], tmp_path, ClassifierConfig(), "drawn", quiet)


def test_too_few_brands_are_a_fault(tmp_path: Path) -> None:
    """Brands are never split, so all images of one brand leave nothing to measure on."""
    with joblib.parallel_config(backend="threading"), pytest.raises(DatasetFault, match="brands"):
        train_classifier(samples(10, brands=1), tmp_path, ClassifierConfig(epochs=1), "drawn", quiet)


def test_a_training_that_was_broken_off_leaves_no_record(tmp_path: Path) -> None:
    """Not that of an earlier training either, whose model file is no longer there."""
    (tmp_path / "training.json").write_text("of an earlier training")
    (tmp_path / "artifacts").write_text("in the way")
    with joblib.parallel_config(backend="threading"), pytest.raises(FileExistsError):
        train_classifier(samples(12), tmp_path, QUICK, "drawn", quiet)
    assert not (tmp_path / "training.json").exists()
