"""
Train the classifier: a small network on pictures and features, exported to ONNX beside a record of how it was made.

Held-out figures come from brands (for synthetic images: seeds) that training and early stopping never saw.
"""

import logging
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional

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
from training.fit.augmentation import augment
from training.fit.classifier_inputs import Inputs, picture_features, prepare
from training.fit.classifier_metrics import (
    classifier_metrics,
    classifier_outcomes,
    confusion_figure,
    reliability_figure,
)
from training.fit.held_out import write_held_out
from training.fit.onnx_origins import without_origins
from training.fit.second_opinion import SecondOpinionConfig, add_second_opinion

MODEL_FILE = "classifier.onnx"


@dataclass(frozen=True)
class ClassifierConfig:
    """
    How to train. `device` auto takes a GPU where there is one; `patience` is in epochs.

    `pictures` photographs and paintings are generated for the second opinion, each counts `picture_weight` times; the
    first opinion loses logos by them. They are never measured on. Another `split` holds other brands out; versions can
    be compared image by image only where it is the same.
    """

    epochs: int = 14
    patience: int = 6
    batch_size: int = 128
    learning_rate: float = 4e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    width: int = 12
    feature_dropout: float = 0.2
    seed: int = 7
    split: int = 7
    pictures: int = 400
    picture_weight: int = 3
    second: SecondOpinionConfig = field(default_factory=SecondOpinionConfig)
    device: str = "auto"

    def parameters(self) -> dict[str, bool | int | float | str]:
        """All of it as the record has it, that of the second opinion with a prefix; of a table its name."""
        own = {name: value for name, value in asdict(self).items() if name != "second"}
        second = {**asdict(self.second), "table": self.second.table.name if self.second.table else ""}
        return {**own, **{f"second_{name}": value for name, value in second.items()}}


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
    Train on labelled samples and leave model, weights, figures and training.json in `folder`.

    `source` says in words where the samples come from, `origin` more of it; `progress` is called at every step, and
    `watch` with the figures of each epoch.

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
    train, stop, test = (_subset(inputs, [row_of[sample.name] for sample in part]) for part in parts)
    network, history = fit_network(train, stop, config, progress, watch)
    network.temperature.fill_(fit_temperature(network, stop))
    pictures = np.tile(picture_features(config.pictures, config.seed, progress), (config.picture_weight, 1))
    features = np.concatenate([train.features, pictures])
    labels = np.concatenate([train.labels, np.full(len(pictures), LOGO_TYPES.index("complex"), np.int64)])
    measured = add_second_opinion(network, features, labels, config.second, config.seed, progress)
    probabilities = predict_probabilities(network, test)
    metrics = classifier_metrics(probabilities, test.labels)
    # An earlier record would describe another file, and a folder that has one counts as complete.
    (folder / RECORD_FILE).unlink(missing_ok=True)
    metrics["onnx_difference"] = export_onnx(network, folder / MODEL_FILE, test)
    held_out = write_held_out(folder, classifier_outcomes(probabilities, test.labels, parts[2]), digest(parts[2]))
    torch.save(network.state_dict(), folder / WEIGHTS_FILE)
    (folder / "figures").mkdir(exist_ok=True)
    confusion_figure(probabilities, test.labels).savefig(folder / "figures" / "confusion_matrix.png")
    reliability_figure(probabilities, test.labels).savefig(folder / "figures" / "reliability.png")
    contact_sheet(samples).save(folder / "figures" / "contact_sheet.png")
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
    """What the classifier says of held-out images, by its probabilities (n, 4)."""
    guesses, confidences = probabilities.argmax(axis=1), probabilities.max(axis=1)
    by_type = {name: confidences[guesses == place] for place, name in enumerate(LOGO_TYPES)}
    return InputReference(
        histograms={TYPE: category_histogram(guesses, len(LOGO_TYPES)), CONFIDENCE: histogram_of(confidences)},
        confidences={name: float(own.mean()) for name, own in by_type.items() if len(own)},
    )


def _subset(inputs: Inputs, indices: Sequence[int]) -> Inputs:
    rows = np.asarray(indices, np.int64)
    return Inputs(inputs.pixels[rows], inputs.features[rows], inputs.labels[rows])


def fit_network(
    train: Inputs, stop: Inputs, config: ClassifierConfig, progress: Progress, watch: Watch = unwatched
) -> tuple[LogoNetwork, list[dict[str, float]]]:
    """The network as it was in the epoch of least loss on `stop`, and the figures of each epoch."""
    torch.manual_seed(config.seed)
    automatic = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(automatic if config.device == "auto" else config.device)
    network = LogoNetwork(config.width, config.feature_dropout).to(device)
    network.feature_mean.copy_(torch.from_numpy(train.features.mean(axis=0)))
    network.feature_scale.copy_(torch.from_numpy(train.features.std(axis=0) + 1e-3))
    pixels, features, labels = (torch.from_numpy(a).to(device) for a in (train.pixels, train.features, train.labels))
    batches = max(1, len(labels) // config.batch_size)
    optimizer = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=batches * config.epochs)
    generator = torch.Generator(device=device).manual_seed(config.seed)
    history: list[dict[str, float]] = []
    best, best_loss, waited = network.state_dict(), float("inf"), 0
    for epoch in range(config.epochs):
        network.train()
        total = 0.0
        for rows in torch.randperm(len(labels), generator=generator, device=device).tensor_split(batches):
            optimizer.zero_grad()
            scores = network.logits(augment(pixels[rows], generator), features[rows])
            loss = functional.cross_entropy(scores, labels[rows], label_smoothing=config.label_smoothing)
            loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
            optimizer.step()
            schedule.step()
            total += loss.item() / batches
        held_out = classifier_metrics(predict_probabilities(network, stop), stop.labels)
        history.append({"train_loss": total, "stop_loss": held_out["loss"], "stop_accuracy": held_out["accuracy"]})
        watch(epoch, history[-1])
        progress(f"Training the classifier (accuracy {held_out['accuracy']:.3f})", epoch + 1, config.epochs)
        if held_out["loss"] < best_loss:
            best = {name: value.detach().clone() for name, value in network.state_dict().items()}
            best_loss, waited = held_out["loss"], 0
        else:
            waited += 1
            if waited >= config.patience:
                break
    network.load_state_dict(best)
    return network.cpu().eval(), history


def _scores(network: LogoNetwork, inputs: Inputs) -> Tensor:
    device = network.temperature.device
    network.eval()
    with torch.inference_mode():
        return torch.cat(
            [
                network.logits(torch.from_numpy(pixels).to(device), torch.from_numpy(features).to(device)).cpu()
                for pixels, features in zip(
                    np.array_split(inputs.pixels, len(inputs.labels) // 256 + 1),
                    np.array_split(inputs.features, len(inputs.labels) // 256 + 1),
                    strict=True,
                )
            ]
        )


def predict_probabilities(network: LogoNetwork, inputs: Inputs) -> Floats:
    """Of n images: (n, 4), in the order of LOGO_TYPES."""
    scores = _scores(network, inputs)
    with torch.inference_mode():
        home = network.temperature.device
        second = network.second_logits(torch.from_numpy(inputs.features).to(home))
        return np.asarray(network.combined(scores.to(home), second).cpu().numpy(), np.float32)


def fit_temperature(network: LogoNetwork, held_out: Inputs) -> float:
    """The scaling that makes confidence honest on held-out images (Guo et al. 2017, temperature scaling)."""
    scores, labels = _scores(network, held_out), torch.from_numpy(held_out.labels)
    found = minimize_scalar(
        lambda log_t: float(functional.cross_entropy(scores / np.exp(log_t), labels)), bounds=(-2, 2), method="bounded"
    )
    return float(np.exp(found.x))


def export_onnx(network: LogoNetwork, path: Path, check: Inputs) -> float:
    """
    Write the network as ONNX with its description; gives the largest difference to torch on `check`.

    Raises:
        ModelFault: they differ by more than PARITY.
    """
    example = (torch.from_numpy(check.pixels[:2]), torch.from_numpy(check.features[:2]))
    batch = torch.export.Dim("batch", min=1, max=1024)
    # The exporter warns of torch's own ways, which nobody here can change, and of a package that is not used.
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
