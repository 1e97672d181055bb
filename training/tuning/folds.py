"""
The data that a search evaluates settings on: folds of brands, and held-out brands that it never uses.

`Measured` of both kinds of models are picklable, for other processes and machines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

from svgai.array_types import Floats
from svgai.errors import DatasetFault
from training.data.datasets import Sample, brand_of, digest, split_by_brand
from training.data.progress import Progress
from training.data.selection import is_held_out
from training.fit.classifier.classifier_inputs import Inputs, prepare
from training.fit.config_values import with_values
from training.fit.optimizer_choices import choices
from training.fit.surrogate import OptimizerConfig, Rows, fit, predict
from training.fit.train_optimizer import table_digest

_SPLIT = 0
"""Seed of the folds. Not the search's: searches with different seeds use the same folds."""


class Material(Protocol):
    """The data that settings of one kind of model are measured on."""

    @property
    def digest(self) -> str:
        """A digest of the data."""
        ...

    def fold_error(self, values: Mapping[str, str], fold: int, threads: int) -> float:
        """The mean error on a fold of a model trained on the others; lower is better."""
        ...

    def held_out(self, values: Mapping[str, str]) -> pd.DataFrame:
        """One row a held-out item: item, brand, `error`, and human-readable metrics, NaN if undefined."""
        ...


@dataclass(frozen=True, eq=False)
class OptimizerMaterial:
    """
    The surrogate's rows of the search brands, and of the held-out ones.

    The error is the mean squared error over all targets, each in units of its spread.
    """

    seen: Rows
    unseen: Rows
    folds: int
    base: OptimizerConfig

    @classmethod
    def of(cls, table: pd.DataFrame, folds: int, base: OptimizerConfig) -> "OptimizerMaterial":
        """
        From a table of measured tracings: the half of the brands that is held out everywhere is held out here.

        Raises:
            DatasetFault: there are too few brands.
        """
        rows = Rows.of(table)
        brands = table["image"].map(brand_of)
        held_out = brands.map(is_held_out).to_numpy(bool)
        if min(brands[~held_out].nunique(), brands[held_out].nunique()) < folds:
            raise DatasetFault(f"the table has too few brands for {folds} folds and a test: {brands.nunique()}")
        return cls(_rows(rows, ~held_out), _rows(rows, held_out), folds, base)

    @property
    def digest(self) -> str:
        return table_digest(self.seen.table) + table_digest(self.unseen.table)

    def fold_error(self, values: Mapping[str, str], fold: int, threads: int) -> float:
        brands = self.seen.table["image"].map(brand_of)
        parts = list(GroupKFold(self.folds, shuffle=True, random_state=_SPLIT).split(self.seen.inputs, groups=brands))
        learned, measured = (_rows(self.seen, part) for part in parts[fold])
        booster, _ = fit(learned, with_values(self.base, values), _silent, threads=threads)
        return float(self._errors(predict(booster, measured), measured).mean())

    def held_out(self, values: Mapping[str, str]) -> pd.DataFrame:
        booster, _ = fit(self.seen, with_values(self.base, values), _silent)
        predicted = predict(booster, self.unseen)
        images = self.unseen.table["image"]
        errors = pd.Series(self._errors(predicted, self.unseen), images).groupby(level=0).mean().rename("error")
        chosen = choices(predicted, self.unseen.targets, self.unseen.table).drop(columns=["brand", "type"])
        table = errors.rename_axis("item").reset_index().merge(chosen, "left", on="item")
        return table.assign(brand=table["item"].map(brand_of))

    def _errors(self, predicted: Floats, rows: Rows) -> Floats:
        """The error of each row (n,)."""
        spread = self.seen.targets.std(axis=0) + 1e-6
        return np.asarray(np.square((predicted - rows.targets) / spread).mean(axis=1))


@dataclass(frozen=True, eq=False)
class ClassifierMaterial:
    """
    The network inputs of the training and early-stopping images, and of those that the gates evaluate.

    The error is the log loss of the first opinion, with its temperature. `brands` are brand numbers of the images of
    `seen`.
    """

    seen: Inputs
    brands: npt.NDArray[np.int64]
    unseen: Inputs
    unseen_names: Sequence[tuple[str, str]]
    folds: int
    base: Any
    digest: str

    @classmethod
    def of(cls, samples: Sequence[Sample], folds: int, base: Any, progress: Progress) -> "ClassifierMaterial":
        """
        From labelled samples, split as in a training; `base` is a ClassifierConfig.

        Raises:
            DatasetFault: they cannot be trained on, or have too few brands.
        """
        if folds < 3:
            raise DatasetFault(
                "the classifier needs 3 folds: one to measure on, one to stop by, the rest to learn from"
            )
        train, stop, test = split_by_brand(samples, (0.8, 0.1, 0.1), base.split)
        looked_at = [*train, *stop]
        if not test or len({sample.brand for sample in looked_at}) < folds:
            raise DatasetFault("the images are of too few brands for the folds and a test")
        inputs = prepare([*looked_at, *test], progress)
        return cls(
            inputs.rows(np.arange(len(looked_at))),
            np.unique([sample.brand for sample in looked_at], return_inverse=True)[1],
            inputs.rows(np.arange(len(looked_at), len(inputs.labels))),
            [(sample.name, sample.brand) for sample in test],
            folds,
            base,
            digest(samples),
        )

    def fold_error(self, values: Mapping[str, str], fold: int, threads: int) -> float:
        # torch takes seconds to import, and the optimizer does not need it.
        import torch  # noqa: PLC0415

        torch.set_num_threads(threads)
        parts = self._parts()
        stop = parts[(fold + 1) % self.folds]
        learned = np.setdiff1d(np.arange(len(self.brands)), [*parts[fold], *stop])
        return float(self._losses(values, learned, stop, self.seen.rows(parts[fold]))["error"].mean())

    def held_out(self, values: Mapping[str, str]) -> pd.DataFrame:
        *learned, stop = self._parts()
        losses = self._losses(values, np.sort(np.concatenate(learned)), stop, self.unseen)
        names, brands = zip(*self.unseen_names, strict=True)
        return losses.assign(item=names, brand=brands)

    def _parts(self) -> list[npt.NDArray[np.int64]]:
        splitter = StratifiedGroupKFold(self.folds, shuffle=True, random_state=_SPLIT)
        return [part for _, part in splitter.split(self.seen.features, self.seen.labels, self.brands)]

    def _losses(
        self, values: Mapping[str, str], learned: npt.NDArray[np.int64], stop: npt.NDArray[np.int64], measured: Inputs
    ) -> pd.DataFrame:
        from training.fit.classifier.network_fit import (  # noqa: PLC0415
            fit_network,
            fit_temperature,
            predict_probabilities,
        )

        network, _ = fit_network(self.seen.rows(learned), self.seen.rows(stop), with_values(self.base, values), _silent)
        network.temperature.fill_(fit_temperature(network, self.seen.rows(stop)))
        probabilities = predict_probabilities(network, measured).astype(np.float64)
        true = np.clip(probabilities[np.arange(len(measured.labels)), measured.labels], 1e-7, 1)
        right = probabilities.argmax(axis=1) == measured.labels
        return pd.DataFrame({"error": -np.log(true), "accuracy": right.astype(np.float64)})


def _rows(rows: Rows, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Rows:
    places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
    return Rows(rows.inputs[places], rows.targets[places], rows.table.iloc[places])


def _silent(_stage: str, _done: int, _total: int) -> None:
    """One of many trainings; progress is counted in folds."""
