"""The classifier's second opinion: a network on features only, which also learns from measured real logos."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import FiniteFloat
from torch.nn import functional

from svgai.array_types import Floats, Labels
from svgai.describe.torch_network import LogoNetwork
from svgai.logo_types import LOGO_TYPES
from training.data.measured_logos import MEASURED, read_measured
from training.data.progress import Progress
from training.fit.config_values import Amount, Count, Rate, Share


@dataclass(frozen=True)
class SecondOpinionConfig:
    """
    How it is trained, and its weight in the answer.

    Attributes:
        table: Measured real logos; None omits the second opinion.
        share: Its share of the answer.
        real_share: Total weight of the real logos relative to all generated images.
        balance: How much rare types of real logos are upweighted: 0 not at all, 1 until all types have equal weight.
        prefer_gradient: Added to the log probability of this type, `prefer_complex` to that of complex: real logos of
            both are rare, and minimizing errors alone would neglect them.
        prefer_complex: See above.
    """

    table: Path | None = MEASURED
    share: Share = 0.5
    real_share: Share = 0.5
    balance: Share = 0.5
    prefer_gradient: FiniteFloat = 0.5
    prefer_complex: FiniteFloat = 1.0
    epochs: Count = 24
    batch_size: Count = 256
    learning_rate: Rate = 4e-3
    weight_decay: Amount = 0.02
    label_smoothing: Share = 0.05


def add_second_opinion(
    network: LogoNetwork, generated: Floats, labels: Labels, config: SecondOpinionConfig, seed: int, progress: Progress
) -> int:
    """
    Train the second opinion of a network on generated images and the table; returns the number of the table's rows.

    `generated` are the features (n, f) of the generated images, `labels` (n,) their types.

    Raises:
        DatasetFault: there is no such table.
    """
    if config.table is None:
        return 0
    real, real_labels = read_measured(config.table)
    weights = row_weights(labels, real_labels, config.real_share, config.balance)
    torch.manual_seed(seed)
    rows = torch.from_numpy(np.concatenate([generated, real]))
    types = torch.from_numpy(np.concatenate([labels, real_labels]))
    batches = len(types) // config.batch_size + 1
    optimizer = torch.optim.AdamW(network.second.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=batches * config.epochs)
    network.second.train()
    for epoch in range(config.epochs):
        for batch in torch.randperm(len(types)).tensor_split(batches):
            optimizer.zero_grad()
            losses = functional.cross_entropy(
                network.second_logits(rows[batch]),
                types[batch],
                reduction="none",
                label_smoothing=config.label_smoothing,
            )
            (losses * weights[batch]).mean().backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
            optimizer.step()
            schedule.step()
        progress("Training the second opinion", epoch + 1, config.epochs)
    network.second.eval()
    network.second_share.fill_(config.share)
    preferred = {"gradient": config.prefer_gradient, "complex": config.prefer_complex}
    network.preference.copy_(torch.tensor([preferred.get(name, 0.0) for name in LOGO_TYPES]))
    return len(real_labels)


def row_weights(generated: Labels, real: Labels, real_share: float, balance: float) -> torch.Tensor:
    """Weights of generated and then real rows, with a mean of one; both parts weight the types equally."""
    counts = [np.bincount(labels, minlength=len(LOGO_TYPES)).clip(1) / len(labels) for labels in (generated, real)]
    wanted = counts[1] ** (1 - balance)
    parts = [(wanted / count)[labels] for count, labels in zip(counts, (generated, real), strict=True)]
    shares = (1 - real_share, real_share)
    weights = np.concatenate([share * part / part.sum() for share, part in zip(shares, parts, strict=True)])
    return torch.from_numpy((weights * len(weights)).astype(np.float32))
