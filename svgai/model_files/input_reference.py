"""Histograms of a model's training images, with which incoming images are compared."""

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeInt, model_validator

from svgai.array_types import Doubles, Floats, Indices

TYPE = "type"
CONFIDENCE = "confidence"
_BINS = 10


class Histogram(BaseModel):
    """Counts of values: below and at the first of `edges`, above that up to the second, and so on."""

    model_config = ConfigDict(frozen=True)

    edges: tuple[FiniteFloat, ...]
    counts: Annotated[tuple[NonNegativeInt, ...], Field(min_length=1, max_length=_BINS)]

    @model_validator(mode="after")
    def _fits(self) -> "Histogram":
        if len(self.counts) != len(self.edges) + 1 or list(self.edges) != sorted(self.edges) or not sum(self.counts):
            raise ValueError("a histogram has ascending edges, one count more than edges, and something in it")
        return self


class InputReference(BaseModel):
    """
    Histograms of a model's training images, or of its held-out ones.

    Attributes:
        histograms: By feature, TYPE (the place of the predicted one in LOGO_TYPES) or CONFIDENCE.
        confidences: The classifier's mean confidence by predicted type, an estimate of its accuracy.
    """

    model_config = ConfigDict(frozen=True)

    histograms: dict[str, Histogram]
    confidences: dict[str, FiniteFloat] = {}

    def joined(self, other: "InputReference | None") -> "InputReference":
        """The union of both, of two models."""
        if other is None:
            return self
        return InputReference(
            histograms={**self.histograms, **other.histograms}, confidences={**self.confidences, **other.confidences}
        )


def histogram_of(values: Doubles | Floats) -> Histogram:
    """Of numbers (n,): tenths of them, fewer where many are the same."""
    edges = np.unique(np.quantile(np.asarray(values, np.float64), np.arange(1, _BINS) / _BINS, method="lower"))
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return Histogram(edges=tuple(map(float, edges)), counts=tuple(map(int, counts)))


def category_histogram(places: Indices, categories: int) -> Histogram:
    """Of categories by their number, from 0."""
    edges = tuple(place + 0.5 for place in range(categories - 1))
    return Histogram(edges=edges, counts=tuple(map(int, np.bincount(places, minlength=categories))))
