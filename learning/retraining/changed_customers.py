"""
A simulated change of customers: an optimizer trained on gradient logos gets screenshots and line icons.

Every tracing of a small portfolio is measured on every generated image, so that the best one is known; the optimizer
only sees those that the service would have tried. It is trained with the same code as `svgai retrain`. Regret is the
excess cost of the first choice over the best, in ln(bytes); a missed target counts MISSED.

    python -m learning.retraining.changed_customers --picture docs/images/changed-customers.png
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning.retraining.served_tracings import joined, served_tracings
from svgai.array_types import Floats
from svgai.choose.optimizer import Optimizer, load_optimizer
from svgai.choose.trial_selection import MISSED, Goal, by_belief
from svgai.choose.trials import Trial, best_trial
from svgai.convert.trial_loop import make_trials
from svgai.decode.pixels import encode_png
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import TracingFailed
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.promise import Promise
from svgai.trace.parameters import TracingParameters
from training.data.datasets import Sample
from training.data.progress import Progress
from training.data.synthetic.degradation import Degradation, draw
from training.data.synthetic.logos import bundled_fonts, generate_image
from training.data.synthetic.marks.line_icons import line_icon
from training.data.synthetic.screenshots import generate_screenshot
from training.fit.optimizer_choices import DEFAULTS, trial_of
from training.fit.surrogate import OptimizerConfig
from training.fit.train_optimizer import train_optimizer
from training.search.parameter_search import MEASURES, search
from training.search.tracing_table import read_table, tracing_of
from training.search.workers import workers

TABLE = Path("training/tables/tracings.parquet")
EXPLORED = 0.2
"""Share of the images with an exploratory tracing; the service has a twentieth of far more images."""

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stage:
    """
    The cost of images of one kind in one phase.

    Attributes:
        regrets: By image.
    """

    name: str
    regrets: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.regrets))

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return float(np.std(self.regrets, ddof=1) / np.sqrt(len(self.regrets)))


@dataclass(frozen=True)
class _Measured:
    """The measurements of each tracing of one image."""

    by_tracing: Mapping[TracingParameters, Mapping[str, float]]

    @classmethod
    def of(cls, part: pd.DataFrame) -> "_Measured":
        rows = part.set_index("tracing")[list(MEASURES)].to_dict("index")
        return cls({tracing_of(str(text)): measures for text, measures in rows.items()})

    def made(self, parameters: TracingParameters) -> Trial:
        if parameters not in self.by_tracing:
            raise TracingFailed("it failed when it was measured")
        return trial_of(parameters, self.by_tracing[parameters])

    def tried(self, parameters: TracingParameters, chance: float | None = None) -> dict[str, object]:
        """In the form of the quality store."""
        measures = self.by_tracing[parameters]
        seconds = measures["seconds"]
        return {"parameters": parameters.model_dump(), "measured": measures, "seconds": seconds, "chance": chance}


def portfolio_of(table: pd.DataFrame, members: int) -> list[str]:
    """The few smallest of the refined tracings, as JSON: the portfolio."""
    refined = [text for text in table["tracing"].unique() if tracing_of(text).refine_to]
    sizes = table[table["tracing"].isin(refined)].groupby("tracing")["bytes"].median().sort_values()
    spread = np.linspace(0, len(sizes) - 1, members).round().astype(int)
    return [str(text) for text in sizes.index[spread]]


def gradient_logo(number: int) -> Sample:
    """An image of the existing customers."""
    return Sample(
        f"gradient/{number}", "gradient", f"gradient/{number}", generate_image("gradient", 77_000 + number).data
    )


def new_image(number: int) -> Sample:
    """An image of the new customers: a screenshot or a line icon."""
    name = f"new/{number}"
    if number % 2:
        return Sample(name, "complex", name, encode_png(generate_screenshot(number)))
    rng = Random(f"icon:{number}")  # noqa: S311  # nosec B311 - no secret
    svg = line_icon(rng, "#222222", bundled_fonts()).to_svg(0.05)
    _, data = draw(svg, 1.0, Degradation(160, (255, 255, 255), 1.0, 0.0, None))
    return Sample(name, "simple", name, data)


def promise_of(logo_type: LogoType) -> Promise:
    """The default promise."""
    return Promise(DEFAULTS.targets[logo_type], DEFAULTS.min_worst, DEFAULTS.max_delta_e)


def served(
    optimizer: Optimizer, table: pd.DataFrame, chance: Callable[[], float]
) -> tuple[list[dict[str, object]], list[float]]:
    """
    Serve the images of a table of measured tracings; returns the rows that the quality store would have, and the
    regrets.

    For the share EXPLORED an additional tracing is tried; `chance` gives numbers in [0, 1) that decide which.
    """
    rows: list[dict[str, object]] = []
    regrets: list[float] = []
    for image, part in table.groupby("image", sort=False):
        kind = next(known for known in LOGO_TYPES if known == part["kind"].iloc[0])
        features = part[list(FEATURE_NAMES)].iloc[0].to_numpy(np.float32)
        promise, known = promise_of(kind), _Measured.of(part)
        (prediction,) = optimizer.predict(features[None], [kind])
        likely = prediction.for_promise(promise)
        trials = make_trials(by_belief(likely.portfolio, likely.belief, Goal(promise, 4)), known.made)
        best = best_trial(list(map(known.made, known.by_tracing)), promise)
        if promise.met(best.quality):
            first = trials[0].quality
            regrets.append(float(np.log(first.bytes / best.quality.bytes)) if promise.met(first) else MISSED)
        common = _stored(str(image), kind, features, promise)
        rows.append({**common, "tried": [known.tried(trial.parameters) for trial in trials]})
        if chance() < EXPLORED:
            drawn = list(known.by_tracing)[int(chance() * len(known.by_tracing))]
            tried = known.tried(drawn, EXPLORED / len(known.by_tracing))
            rows.append({**common, "conversion_id": f"{image}-explored", "tried": [tried]})
    return rows, regrets


def trained(table: pd.DataFrame, rounds: int, progress: Progress) -> Optimizer:
    """An optimizer trained on a table, as by `svgai train`."""
    with tempfile.TemporaryDirectory() as folder:
        train_optimizer(table, Path(folder), OptimizerConfig(rounds=rounds), "a simulation", progress)
        return load_optimizer(Path(folder) / "optimizer.xgb", "simulated")


def retrained(base: pd.DataFrame, rows: list[dict[str, object]], rounds: int, progress: Progress) -> Optimizer:
    """One that is also trained on served conversions, as by `svgai retrain`."""
    portfolio = list(base["tracing"].unique())
    return trained(joined(base, served_tracings(rows, portfolio, DEFAULTS.learning_rate_decay, _NOW)), rounds, progress)


def simulate(
    base: pd.DataFrame,
    before: pd.DataFrame,
    during: pd.DataFrame,
    after: pd.DataFrame,
    rounds: int,
    progress: Progress = lambda *_: None,
) -> tuple[Stage, ...]:
    """
    Regret before, during and after the change, and afterwards for the previous customers.

    Args:
        base: the training table of the first optimizer.
        before: the measurements of every tracing on the images before the change.
        during: the same, until retraining.
        after: the same, from then on.
        rounds: of each optimizer.
        progress: called at each training step.
    """
    draw_number = np.random.default_rng(5).random
    old = trained(base, rounds, progress)
    known, regret_before = served(old, before, draw_number)
    unknown, regret_during = served(old, during, draw_number)
    new = retrained(base, [*known, *unknown], rounds, progress)
    return (
        Stage("before", tuple(regret_before)),
        Stage("during", tuple(regret_during)),
        Stage("after, nothing learned", tuple(served(old, after, draw_number)[1])),
        Stage("after, retrained", tuple(served(new, after, draw_number)[1])),
        Stage("those of before, retrained", tuple(served(new, before, draw_number)[1])),
    )


def changed(images: int, members: int, rounds: int, jobs: int, work: Path, progress: Progress) -> tuple[Stage, ...]:
    """From gradient logos to screenshots and line icons, twice as many, half of them after the training."""
    shipped = read_table(TABLE)
    portfolio = portfolio_of(shipped, members)
    base = shipped[shipped["tracing"].isin(portfolio) & (shipped["kind"] == "gradient")].reset_index(drop=True)
    samples = [gradient_logo(number) for number in range(images)] + [new_image(number) for number in range(2 * images)]
    with workers(jobs, None) as working:
        table = search(samples, list(map(tracing_of, portfolio)), work, working, progress).table
    names = [[one.name for one in samples[place * images : (place + 1) * images]] for place in range(3)]
    before, during, after = (table[table["image"].isin(part)] for part in names)
    return simulate(base, before, during, after, rounds, progress)


def draw_stages(stages: Sequence[Stage], path: Path) -> None:
    """The mean regret of each, with its standard error."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(stages))[::-1]
    colours = ["#2a78b8", "#c2571a", "#999999", "#3b8f4b", "#3b8f4b"]
    axes.barh(places, [one.mean for one in stages], xerr=[one.error for one in stages], color=colours)
    axes.set_yticks(places, [one.name for one in stages])
    axes.set_xlabel("regret of the first choice, ln(bytes)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)


def _stored(image: str, kind: str, features: Floats, promise: Promise) -> dict[str, object]:
    return {
        "conversion_id": image,
        "created_at": _NOW,
        "image_sha256": hashlib.sha256(image.encode()).hexdigest(),
        "error_code": None,
        "features": features.tolist(),
        "logo_type": kind,
        "min_worst": promise.min_worst,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate a change of customers, print the regrets as JSON, and draw them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--images", type=int, default=80, help="gradient logos; twice as many screenshots and icons")
    parser.add_argument("--members", type=int, default=6, help="tracings that are chosen among")
    parser.add_argument("--rounds", type=int, default=150, help="of the optimizer")
    parser.add_argument("--jobs", type=int, default=1, help="images that are traced at once")
    parser.add_argument("--work", type=Path, default=Path("data/changed_customers"), help="folder for finished parts")
    parser.add_argument("--picture", type=Path, help="PNG file to draw")
    given = parser.parse_args(arguments)
    stages = changed(given.images, given.members, given.rounds, given.jobs, given.work, lambda *_: None)
    told = [{"stage": one.name, "images": len(one.regrets), "regret": one.mean, "error": one.error} for one in stages]
    print(json.dumps(told, indent=1))  # noqa: T201 - its output
    if given.picture:
        draw_stages(stages, given.picture)


if __name__ == "__main__":
    main()
