"""
The service's answer for held-out images by the surrogate's predictions, with one trial allowed.

The choice is made by the service's code (`svgai.choose.trial_selection`), and its outcome is the measurement of the
chosen tracing. The surrogate for an image was trained on other brands, and its error covariance comes from the other
half of the images. Only images that all tracings were measured on count; a tracing that failed on an image fails there
again.
"""

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from svgai.array_types import Floats
from svgai.choose.optimizer import Prediction
from svgai.choose.trial_selection import MISSED, Goal, by_belief
from svgai.choose.trials import Trial, best_trial
from svgai.convert.trial_loop import make_trials
from svgai.errors import TracingFailed
from svgai.measure.outcome_scales import BELIEVED, SCALES, Scaled
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.settings import Settings
from svgai.trace.parameters import TracingParameters
from training.data.datasets import brand_of
from training.fit.calibration import covariance, halves
from training.search.tracing_table import tracing_of, wholly_measured

DEFAULTS = Settings.model_construct()
"""The default settings: versions are measured on the same targets everywhere."""

_MEASURED = ["ssim", "worst", "edge_ssim", "delta_e", "bytes", "paths"]


def choices(predicted: Floats, measured: Floats, table: pd.DataFrame) -> pd.DataFrame:
    """
    One row an image, in the order of the table: item, brand, type, attainment, log_bytes_regret.

    `predicted` and `measured` are for the rows of `table`, (n, len(SCALES)). `attainment` is 1 if the chosen tracing
    meets the default promise for the image's type (ssim, worst and colour difference), else 0; it is 0 if all
    candidates failed. `log_bytes_regret` is ln(bytes) of the choice minus that of the smallest tracing that meets it,
    or MISSED if the choice does not; it is NaN for an image that no tracing brings to the promise.
    """
    whole, half_of = wholly_measured(table), halves(table)
    members = {text: tracing_of(text) for text in table["tracing"].drop_duplicates()}
    believed = [covariance(predicted, measured, table, among=half_of != half) for half in (0, 1)]
    rows = []
    for image, positions in table[whole].groupby("image", sort=False).indices.items():
        own = np.flatnonzero(whole)[positions]
        part, half = table.iloc[own], int(half_of[own[0]])
        rows.append(_choice(str(image), part, members, predicted[own], believed[half]))
    return pd.DataFrame(rows)


def choices_digest(table: pd.DataFrame) -> str:
    """A digest of the images, their types, their measurements, and the default promises that they are judged by."""
    truth = table.loc[wholly_measured(table), ["image", "kind", "tracing", "ssim", "worst", "delta_e", "bytes"]]
    rows = pd.util.hash_pandas_object(truth, index=False).to_numpy()
    limits = DEFAULTS.targets, DEFAULTS.min_worst, DEFAULTS.max_delta_e
    return hashlib.sha256(f"{sorted(rows.tolist())}{limits}".encode()).hexdigest()


def _choice(
    image: str, part: pd.DataFrame, members: Mapping[str, TracingParameters], predicted: Floats, believed: Scaled
) -> dict[str, object]:
    kind = str(part["kind"].iloc[0])
    targets = {str(known): target for known, target in DEFAULTS.targets.items()}
    promise = Promise(targets.get(kind, max(targets.values())), DEFAULTS.min_worst, DEFAULTS.max_delta_e)
    trials = {
        members[str(row.tracing)]: trial_of(members[str(row.tracing)], row._asdict())
        for row in part[["tracing", *_MEASURED]].itertuples(index=False)
    }

    def make(parameters: TracingParameters) -> Trial:
        if parameters not in trials:
            raise TracingFailed("this tracing failed on this image")
        return trials[parameters]

    # A tracing that failed here has no prediction, and the service cannot know that it will fail: it gets the mean.
    portfolio = tuple(members.values())
    mean = np.tile(predicted[:, :BELIEVED].mean(axis=0).astype(np.float64), (len(portfolio), 1))
    places = {text: place for place, text in enumerate(members)}
    mean[[places[str(text)] for text in part["tracing"]]] = predicted[:, :BELIEVED]
    scales = np.zeros((len(portfolio), len(SCALES)))
    scales[:, :BELIEVED] = mean
    likely = Prediction(portfolio, scales, 0.0, believed).for_promise(promise)
    try:
        chosen = make_trials(by_belief(likely.portfolio, likely.belief, Goal(promise)), make)[0]
    except TracingFailed:  # all tracings that the service would try failed here, though others may not have
        chosen = None
    best = best_trial(tuple(trials.values()), promise)
    met = chosen is not None and promise.met(chosen.quality)
    regret = np.log(chosen.quality.bytes) - np.log(best.quality.bytes) if chosen and met else MISSED
    return {
        "item": image,
        "brand": brand_of(image),
        "type": kind,
        "attainment": float(met),
        "log_bytes_regret": float(regret) if promise.met(best.quality) else np.nan,
    }


def trial_of(parameters: TracingParameters, measured: Mapping[str, float]) -> Trial:
    return Trial(
        parameters,
        svg="",
        quality=Quality(
            ssim=float(measured["ssim"]),
            worst=float(measured["worst"]),
            edge_ssim=float(measured["edge_ssim"]),
            delta_e=float(measured["delta_e"]),
            bytes=int(measured["bytes"]),
            paths=int(measured["paths"]),
        ),
    )
