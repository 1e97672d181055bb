"""
Input drift: a sequential test of whether incoming images still resemble the training data.

Each image is ranked among the reference and all earlier images: smoothed conformal p-values, which are independent and
uniform as long as all of them could have come in any order (Vovk, "Testing randomness online", Statistical Science
2021). Bets on the bins that p-values fall into gain if they are not: the histogram betting of Fedorova et al., "Plug-in
martingales for testing exchangeability on-line" (ICML 2012). Bets start again with every window and share the stake, so
that a late change is found as fast as an early one. By Ville's inequality, without drift none of the features' capitals
ever exceeds their number / ALPHA, with probability 1 - ALPHA.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from svgai.array_types import Doubles, Indices
from svgai.model_files.input_reference import InputReference

ALPHA = 0.05
"""Probability that drift is ever reported without any."""

WINDOW = 500
"""Images in a window; bets start again with each window."""

NOTABLE = 0.1
"""Population stability index below which a change is small, however significant: by the usual rule of .1 and .25."""

_P_BINS = 10
_PRIOR = 1.0
_MOST_STARTS = 12
_SEED = 20


@dataclass(frozen=True)
class FeatureDrift:
    """
    How one feature has changed.

    Attributes:
        index: Population stability index of the latest window against the reference.
        log_capital: Logarithm of the capital of the bets that it has changed.
        certain: Whether the change is significant and not small.
        since: The number of images after which that was first so; None: never.
    """

    index: float
    log_capital: float
    certain: bool
    since: int | None


class InputDrift:
    """
    Tests images one after the other.

    Args:
        reference: the training data's histograms.
    """

    def __init__(self, reference: InputReference) -> None:
        self.reference = reference
        self.names = tuple(reference.histograms)
        self.images = 0
        self.latest: deque[Indices] = deque(maxlen=WINDOW)
        histograms = tuple(reference.histograms.values())
        count, bins = len(self.names), max((len(one.counts) for one in histograms), default=1)
        self._pool, self._edges = np.zeros((count, bins)), np.full((count, bins), np.inf)
        for row, one in enumerate(histograms):
            self._pool[row, : len(one.counts)], self._edges[row, : len(one.edges)] = one.counts, one.edges
        self._there = np.arange(bins) < np.array([[len(one.counts)] for one in histograms])
        self.reference_shares = self._pool / self._pool.sum(axis=1, keepdims=True)
        self._sizes = self._pool.sum(axis=1)
        self._rows = np.arange(count)
        self._draw = np.random.default_rng(_SEED)
        self._log_capital = np.empty((0, count))
        self._bets = np.empty((0, count, _P_BINS))
        self._staked = np.empty(0)
        self._started = 0
        self._since = np.zeros(count, np.int64)

    def see(self, values: Doubles) -> None:
        """The next image, by a value for each of `names`."""
        if not self.names:
            self.images += 1
            return
        if self.images % WINDOW == 0:
            self._start()
        bins = (self._edges < values[:, None]).sum(axis=1)
        same = self._pool[self._rows, bins]
        below = np.cumsum(self._pool, axis=1)[self._rows, bins] - same
        p_values = (below + self._draw.random(len(bins)) * (same + 1)) / (self._sizes + self.images + 1)
        places = np.minimum((p_values * _P_BINS).astype(np.intp), _P_BINS - 1)
        own = self._bets[:, self._rows, places]
        self._log_capital += np.log(_P_BINS * own / self._staked[:, None])
        self._bets[:, self._rows, places] = own + 1
        self._staked += 1
        self._pool[self._rows, bins] = same + 1
        self.images += 1
        self.latest.append(bins)
        if len(self.latest) == WINDOW and self._log_capital.max() > self._limit - np.log(_MOST_STARTS):
            sure = (self._since == 0) & (self._total() >= self._limit)
            if sure.any():
                self._since[sure & (self.indices() >= NOTABLE)] = self.images

    def indices(self) -> Doubles:
        """The population stability index of the latest window against the reference, by feature."""
        live = self.live_shares()
        reference = np.maximum(self.reference_shares, 0.5 / WINDOW)
        live = np.where(self._there, np.maximum(live, 0.5 / WINDOW), reference)
        index: Doubles = ((live - reference) * np.log(live / reference)).sum(axis=1)
        return index

    def live_shares(self) -> Doubles:
        """Counts of the latest window, by feature and bin."""
        counts = np.zeros_like(self._pool)
        np.add.at(counts, (self._rows, np.array(self.latest, np.intp).reshape(-1, len(self._rows))), 1)
        return counts / max(len(self.latest), 1)

    def found(self) -> dict[str, FeatureDrift]:
        """By feature; empty before the first full window."""
        if len(self.latest) < WINDOW:
            return {}
        indices, capital = self.indices(), self._total()
        return {
            name: FeatureDrift(
                float(indices[row]),
                float(capital[row]),
                # A significant change stays significant; the index shows whether it has reverted.
                bool(self._since[row] and indices[row] >= NOTABLE),
                int(self._since[row]) or None,
            )
            for row, name in enumerate(self.names)
        }

    @property
    def _limit(self) -> float:
        return float(np.log(len(self.names) / ALPHA))

    def _total(self) -> Doubles:
        total: Doubles = np.logaddexp.reduce(self._log_capital, axis=0)
        return total

    def _start(self) -> None:
        """Start further bets: the stakes 1 / (j (j + 1)) of all of them sum to 1."""
        self._started += 1
        count = len(self.names)
        stake = np.full((1, count), -np.log(self._started * (self._started + 1)))
        self._log_capital = np.concatenate([self._log_capital, stake])
        self._bets = np.concatenate([self._bets, np.full((1, count, _P_BINS), _PRIOR)])
        self._staked = np.append(self._staked, _PRIOR * _P_BINS)
        if len(self._log_capital) > _MOST_STARTS:
            # Dropping bets only lowers the capital. The latest are kept, since they find new changes.
            poorest = int(self._log_capital[:-2].max(axis=1).argmin())
            self._log_capital = np.delete(self._log_capital, poorest, axis=0)
            self._bets = np.delete(self._bets, poorest, axis=0)
            self._staked = np.delete(self._staked, poorest)
