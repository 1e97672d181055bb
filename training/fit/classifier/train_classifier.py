"""
Train the classifier: a small network on pictures and features, exported to ONNX with a training record. Held-out
metrics come from brands (for synthetic images: seeds) that training and early stopping never saw.
"""

import logging
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import torch

from svgai.array_types import Floats
from svgai.describe.classifier import PARITY, description, load_network
from svgai.describe.features import FEATURE_NAMES
from svgai.describe.torch_network import LogoNetwork
from svgai.errors import DatasetFault, ModelFault
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import (
    CONFIDENCE,
    TYPE,
    InputReference,
    category_histogram,
    histogram_of,
)
from svgai.model_files.training_record import (
    FIGURES_FOLDER,
    RECORD_FILE,
    WEIGHTS_FILE,
    TrainingDataset,
    TrainingRecord,
    file_sha256,
    write_record,
)
from training.data.contact_sheet import contact_sheet
from training.data.datasets import Sample, digest, split_by_brand
from training.data.origin import Origin
from training.data.progress import Progress, Watch, unwatched
from training.fit.classifier.classifier_inputs import Inputs, picture_features, prepare
from training.fit.classifier.classifier_metrics import classifier_metrics, classifier_outcomes
from training.fit.classifier.classifier_report import write_classifier_report
from training.fit.classifier.network_fit import ClassifierConfig, fit_classifier, predict_probabilities
from training.fit.classifier.onnx_origins import without_origins
from training.fit.held_out import write_held_out
from training.fit.held_out_report import emptied

MODEL_FILE = "classifier.onnx"


def train_classifier(
    samples: Sequence[Sample],
    folder: Path,
    config: ClassifierConfig,
    source: str,
    progress: Progress,
    *,
    watch: Watch = unwatched,
    origin: Origin = Origin("logos"),  # noqa: B008 - frozen
) -> TrainingRecord:
    """
    Train on labelled samples and write model, weights, report and training.json to `folder`. `source` describes in
    words where the samples come from, `origin` in more detail; `progress` is called at every step, and `watch` with the
    metrics of each epoch.

    Raises:
        DatasetFault: the samples cannot be trained on.
        ModelFault: the exported network does not agree with torch.
    """
    began = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    inputs = prepare(samples, progress)
    row_of = {sample.name: row for row, sample in enumerate(samples)}
    parts = split_by_brand(samples, (0.8, 0.1, 0.1), config.split)
    if min(len(part) for part in parts) < 2:
        raise DatasetFault("the images are of too few brands: some are needed that training does not see")
    train, stop, test = (inputs.rows([row_of[sample.name] for sample in part]) for part in parts)
    pictures = picture_features(config.pictures, config.seed, progress)
    network, history, measured = fit_classifier(train, stop, pictures, config, progress, watch)
    probabilities = predict_probabilities(network, test)
    metrics = classifier_metrics(probabilities, test.labels)
    # An earlier record would describe another file, and a folder that has one counts as complete.
    (folder / RECORD_FILE).unlink(missing_ok=True)
    metrics["onnx_difference"] = export_onnx(network, folder / MODEL_FILE, test)
    held_out = write_held_out(folder, classifier_outcomes(probabilities, test.labels, parts[2]), digest(parts[2]))
    torch.save(network.state_dict(), folder / WEIGHTS_FILE)
    contact_sheet(samples).save(emptied(folder / FIGURES_FOLDER) / "contact_sheet.png")
    write_classifier_report(folder, probabilities, test.labels, metrics)
    record = TrainingRecord(
        kind="classifier",
        model_file=MODEL_FILE,
        sha256=file_sha256(folder / MODEL_FILE),
        parameters={
            **config.parameters(),
            "images": len(samples),
            "measured_rows": measured,
            "weights": sum(p.numel() for p in network.parameters()),
        },
        metrics=metrics,
        history=tuple(history),
        dataset=TrainingDataset(
            name=origin.name,
            digest=digest(samples),
            rows=len(samples),
            source=source,
            path=origin.path,
            description=origin.description,
        ),
        held_out=held_out,
        weights_sha256=file_sha256(folder / WEIGHTS_FILE),
        features=FEATURE_NAMES,
        classes=LOGO_TYPES,
        inputs=_input_reference(probabilities),
        created=datetime.now(UTC),
        seconds=time.perf_counter() - began,
    )
    write_record(folder, record)
    return record


def _input_reference(probabilities: Floats) -> InputReference:
    """The outcomes on held-out images, from the classifier's probabilities (n, 4)."""
    guesses, confidences = probabilities.argmax(axis=1), probabilities.max(axis=1)
    by_type = {name: confidences[guesses == place] for place, name in enumerate(LOGO_TYPES)}
    return InputReference(
        histograms={TYPE: category_histogram(guesses, len(LOGO_TYPES)), CONFIDENCE: histogram_of(confidences)},
        confidences={name: float(own.mean()) for name, own in by_type.items() if len(own)},
    )


def export_onnx(network: LogoNetwork, path: Path, check: Inputs) -> float:
    """
    Write the network as ONNX with its metadata; returns the largest difference from torch on `check`.

    Raises:
        ModelFault: they differ by more than PARITY.
    """
    example = (torch.from_numpy(check.pixels[:2]), torch.from_numpy(check.features[:2]))
    batch = torch.export.Dim("batch", min=1, max=1024)
    # The exporter warns about torch internals, which cannot be changed here, and about a package that is not used.
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network,
            example,
            input_names=["pixels", "features"],
            output_names=["probabilities"],
            dynamic_shapes=({0: batch}, {0: batch}),
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise ModelFault("torch gave no ONNX program")
    model = without_origins(program.model_proto)
    onnx.helper.set_model_props(model, description())
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    exported = load_network(path).run(check.pixels, check.features)
    difference = float(np.abs(exported - predict_probabilities(network, check)).max())
    if difference > PARITY:
        raise ModelFault(f"the exported network differs from torch by {difference:.2g} in a probability")
    return difference
