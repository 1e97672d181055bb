"""A classifier's results on held-out images, as tables and pictures."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix, precision_recall_fscore_support

from svgai.array_types import Floats, Labels
from svgai.logo_types import LOGO_TYPES
from training.fit.held_out_report import write_report

_EVERY = list(range(len(LOGO_TYPES)))
_BINS = 8


def write_classifier_report(folder: Path, probabilities: Floats, labels: Labels, metrics: Mapping[str, float]) -> None:
    """
    Write the report on probabilities (n, 4) of held-out images with true types (n,) into a training folder.

    `metrics` are those of the training record.
    """
    confusion, reliability = confusion_table(probabilities, labels), reliability_table(probabilities, labels)
    write_report(
        folder,
        metrics,
        {"confusion_matrix": confusion, "types": types_table(probabilities, labels), "reliability": reliability},
        {"confusion_matrix": confusion_figure(confusion), "reliability": reliability_figure(reliability)},
    )


def confusion_table(probabilities: Floats, labels: Labels) -> pd.DataFrame:
    """One row a true type, `type`; one column a predicted type, with the number of images."""
    matrix = confusion_matrix(labels, probabilities.argmax(axis=1), labels=_EVERY)
    return pd.DataFrame(matrix, index=LOGO_TYPES, columns=LOGO_TYPES).rename_axis("type").reset_index()


def types_table(probabilities: Floats, labels: Labels) -> pd.DataFrame:
    """One row a type: precision, recall, f1 and images; a ratio whose divisor is zero is NaN."""
    predicted = probabilities.argmax(axis=1)
    found = precision_recall_fscore_support(labels, predicted, labels=_EVERY, zero_division=np.nan)
    columns = dict(zip(("precision", "recall", "f1", "images"), found, strict=True))
    return pd.DataFrame({"type": LOGO_TYPES, **columns})


def reliability_table(probabilities: Floats, labels: Labels) -> pd.DataFrame:
    """Equal parts of the images, least confident first: mean `confidence` of a part, `share_right`, and images."""
    sure = pd.DataFrame({"confidence": probabilities.max(axis=1), "right": probabilities.argmax(axis=1) == labels})
    ranked = sure.sort_values("confidence", kind="stable", ignore_index=True)
    parts = ranked.groupby(np.arange(len(ranked)) * _BINS // len(ranked))
    return parts.agg(
        confidence=("confidence", "mean"), share_right=("right", "mean"), images=("right", "size")
    ).reset_index(drop=True)


def confusion_figure(confusion: pd.DataFrame) -> Figure:
    """The confusion matrix, by `confusion_table`."""
    figure = Figure(figsize=(5, 4.5), layout="constrained")
    axes = figure.subplots()
    matrix = confusion[list(LOGO_TYPES)].to_numpy()
    ConfusionMatrixDisplay(matrix, display_labels=LOGO_TYPES).plot(ax=axes, cmap="Blues", colorbar=False)
    axes.set_title("Held-out images")
    return figure


def reliability_figure(reliability: pd.DataFrame) -> Figure:
    """Accuracy by confidence, from `reliability_table`."""
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot(reliability["confidence"], reliability["share_right"], marker="o")
    axes.set(xlabel="confidence", ylabel="share right", title="Held-out images", xlim=(0.2, 1), ylim=(0.2, 1.02))
    return figure
