"""
A search over tracings of one image by Optuna, as a user without a model would do it in the same space.

The sampler is TPE (Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization). Its first trials are drawn like
the random pool, so that it starts with the same prior knowledge, not with tracings that are known to be poor.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import optuna

from svgai.errors import RenderingFailed, TracingFailed
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters
from training.search.tracing_pool import Option, RandomDraw, draw_tracing

_STARTUP = 10
_MISSED = 100.0
"""Above ln(bytes) of any SVG: a tracing that misses the target is worse than all that meet it."""


def search_with_optuna(
    attempt: Callable[[TracingParameters], Quality], trials: int, promise: Promise, seed: int
) -> None:
    """
    Let TPE choose `trials` tracings, each from the measurements of `attempt` so far; minimises bytes at the promise.

    A quarter of the trials, ten at most, is drawn at random first. A trial for which `attempt` raises TracingFailed or
    RenderingFailed has no result. All is in memory, and nothing is printed.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    startup = min(_STARTUP, max(2, trials // 4))
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=startup))
    source = random.Random(seed)
    for _ in range(startup):
        drawn = _Recorded(RandomDraw(source))
        draw_tracing(drawn)
        study.enqueue_trial(drawn.choices)
    study.optimize(
        lambda trial: penalised(attempt(draw_tracing(_Suggested(trial))), promise),
        n_trials=trials,
        catch=(TracingFailed, RenderingFailed),
    )


def penalised(quality: Quality, promise: Promise) -> float:
    """The objective: ln(bytes) if the promise is met, else a larger value that grows with the shortfall."""
    return float(np.log(quality.bytes)) if promise.met(quality) else _MISSED + promise.shortfall(quality)


@dataclass(frozen=True)
class _Suggested:
    """Choices by Optuna. It gets every option once: it learns which are likely."""

    trial: optuna.Trial

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        chosen: Option = self.trial.suggest_categorical(name, tuple(dict.fromkeys(options)))
        return chosen

    def chance(self, name: str, probability: float) -> bool:
        del probability
        return bool(self.trial.suggest_categorical(name, (False, True)))


@dataclass(frozen=True)
class _Recorded:
    """Random choices, stored by name, in Optuna's form."""

    draw: RandomDraw
    choices: dict[str, int | float | bool] = field(default_factory=dict)

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        chosen = self.draw.choice(name, options)
        self.choices[name] = chosen
        return chosen

    def chance(self, name: str, probability: float) -> bool:
        chosen = self.draw.chance(name, probability)
        self.choices[name] = chosen
        return chosen
