"""A real training of the classifier, small and short."""

import copy
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
from svgai.describe.torch_network import LogoNetwork
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.model_files.training_record import HELD_OUT_FILE, WEIGHTS_FILE, TrainingRecord, file_sha256, read_record
from training.data.datasets import Sample, digest
from training.data.measured_logos import MEASURED
from training.fit.classifier_inputs import Inputs, prepare
from training.fit.classifier_metrics import classifier_metrics
from training.fit.second_opinion import SecondOpinionConfig
from training.fit.train_classifier import (
    ClassifierConfig,
    fit_network,
    fit_temperature,
    predict_probabilities,
    train_classifier,
)

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


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """Network inputs of a few pictures of each type."""
    return prepare(samples(10), quiet, jobs=1)


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
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert figures == {"confusion_matrix.png", "contact_sheet.png", "reliability.png"}
    assert {path.name for path in (folder / "artifacts").iterdir()} == {"classifier.pth", "held_out.parquet"}
    assert record.weights_sha256 == file_sha256(folder / WEIGHTS_FILE)
    assert seen[-1] == ("Training the second opinion", 1, 1)


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


@pytest.fixture(scope="module")
def learned(inputs: Inputs) -> tuple[LogoNetwork, list[dict[str, float]]]:
    """A network after a few epochs, with its history."""
    return fit_network(inputs, inputs, ClassifierConfig(epochs=8, batch_size=20, patience=8), quiet)


def test_something_is_learned(inputs: Inputs, learned: tuple[LogoNetwork, list[dict[str, float]]]) -> None:
    """A few epochs tell crude pictures apart far better than chance."""
    network, history = learned
    assert classifier_metrics(predict_probabilities(network, inputs), inputs.labels)["accuracy"] > 0.6
    assert history[-1]["train_loss"] < history[0]["train_loss"]


def test_training_stops_early_and_keeps_the_best(inputs: Inputs) -> None:
    """Where nothing improves patience ends it, and the weights are those of the best epoch, not of the last."""
    config = ClassifierConfig(epochs=12, patience=2, batch_size=40, learning_rate=0.5)
    network, history = fit_network(inputs, inputs, config, quiet)
    losses = [entry["stop_loss"] for entry in history]
    assert len(losses) < 12
    assert losses.index(min(losses)) == len(losses) - 3
    kept = classifier_metrics(predict_probabilities(network, inputs), inputs.labels)["loss"]
    assert kept == pytest.approx(min(losses), rel=1e-3)


def test_temperature_makes_confidence_honest(
    inputs: Inputs, learned: tuple[LogoNetwork, list[dict[str, float]]]
) -> None:
    """No other temperature gives a lower loss on the images it is set on; which type is named does not change."""
    network = copy.deepcopy(learned[0])
    before = predict_probabilities(network, inputs)
    labels = np.where(np.arange(40) % 5 == 0, (inputs.labels + 1) % 4, inputs.labels)  # a fifth cannot be right
    found = fit_temperature(network, replace(inputs, labels=labels))
    losses = {}
    for factor in (0.8, 1.0, 1.25):
        network.temperature.fill_(found * factor)
        losses[factor] = classifier_metrics(predict_probabilities(network, inputs), labels)["loss"]
    assert min(losses, key=losses.__getitem__) == 1.0
    assert np.array_equal(before.argmax(axis=1), predict_probabilities(network, inputs).argmax(axis=1))


def test_inputs_keep_their_order(inputs: Inputs) -> None:
    """Pixels, features and labels belong together, in the order of the samples."""
    assert inputs.pixels.shape == (40, 3, INPUT_SIDE, INPUT_SIDE)
    assert inputs.features.shape == (40, len(FEATURE_NAMES))
    assert inputs.labels.tolist() == [index for index in range(4) for _ in range(10)]


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
