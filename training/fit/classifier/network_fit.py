"""Fits the classifier's network and its second opinion to inputs in memory; writes no files."""

from dataclasses import asdict, dataclass, field

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional

from svgai.array_types import Floats
from svgai.describe.torch_network import LogoNetwork
from svgai.logo_types import LOGO_TYPES
from training.data.progress import Progress, Watch, unwatched
from training.fit.classifier.augmentation import augment
from training.fit.classifier.classifier_inputs import Inputs
from training.fit.classifier.classifier_metrics import classifier_metrics
from training.fit.classifier.second_opinion import SecondOpinionConfig, add_second_opinion
from training.fit.config_values import Amount, Count, CountOrNone, Rate, Seed, Share

Fitted = tuple[LogoNetwork, list[dict[str, float]], int]
"""
A network, the metrics of each epoch, and the number of measured logos' rows that its second opinion was trained on.
"""


@dataclass(frozen=True)
class ClassifierConfig:
    """
    Training settings. `device` auto uses a GPU if there is one; `patience` is in epochs.

    `pictures` photographs and paintings are generated for the second opinion, each with weight `picture_weight`; the
    first opinion would misclassify logos because of them. They are never evaluated on. `split` selects the held-out
    brands; versions can be compared image by image only if it is the same.
    """

    epochs: Count = 14
    patience: Count = 6
    batch_size: Count = 128
    learning_rate: Rate = 4e-3
    weight_decay: Amount = 0.02
    label_smoothing: Share = 0.05
    width: Count = 12
    feature_dropout: Share = 0.2
    seed: Seed = 7
    split: Seed = 7
    pictures: CountOrNone = 400
    picture_weight: Count = 3
    second: SecondOpinionConfig = field(default_factory=SecondOpinionConfig)
    device: str = "auto"

    def parameters(self) -> dict[str, bool | int | float | str]:
        """All settings for the training record, those of the second opinion with a prefix; a table by its name."""
        own = {name: value for name, value in asdict(self).items() if name != "second"}
        second = {**asdict(self.second), "table": self.second.table.name if self.second.table else ""}
        return {**own, **{f"second_{name}": value for name, value in second.items()}}


def fit_classifier(
    train: Inputs,
    stop: Inputs,
    pictures: Floats,
    config: ClassifierConfig,
    progress: Progress,
    watch: Watch = unwatched,
) -> Fitted:
    """
    Both opinions with calibrated confidence: the complete classifier. `stop` is for early stopping of the first
    opinion; `pictures` are features (m, f) of photographs, for the second one.

    Raises:
        DatasetFault: there is no table of measured logos.
    """
    network, history = fit_network(train, stop, config, progress, watch)
    network.temperature.fill_(fit_temperature(network, stop))
    repeated = np.tile(pictures, (config.picture_weight, 1))
    features = np.concatenate([train.features, repeated])
    labels = np.concatenate([train.labels, np.full(len(repeated), LOGO_TYPES.index("complex"), np.int64)])
    return network, history, add_second_opinion(network, features, labels, config.second, config.seed, progress)


def fit_network(
    train: Inputs, stop: Inputs, config: ClassifierConfig, progress: Progress, watch: Watch = unwatched
) -> tuple[LogoNetwork, list[dict[str, float]]]:
    """The network of the epoch of least loss on `stop`, and the metrics of each epoch."""
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
    """For n images: (n, 4), in the order of LOGO_TYPES."""
    scores = _scores(network, inputs)
    with torch.inference_mode():
        home = network.temperature.device
        second = network.second_logits(torch.from_numpy(inputs.features).to(home))
        return np.asarray(network.combined(scores.to(home), second).cpu().numpy(), np.float32)


def fit_temperature(network: LogoNetwork, held_out: Inputs) -> float:
    """The temperature that calibrates confidence on held-out images (Guo et al. 2017, temperature scaling)."""
    scores, labels = _scores(network, held_out), torch.from_numpy(held_out.labels)
    found = minimize_scalar(
        lambda log_t: float(functional.cross_entropy(scores / np.exp(log_t), labels)), bounds=(-2, 2), method="bounded"
    )
    return float(np.exp(found.x))
