"""
The training settings that a search may change, with their ranges.

The classifier's second opinion is excluded: it is for real logos, and the search measures generated images, on which it
costs a little accuracy.
"""

from collections.abc import Mapping
from types import MappingProxyType

from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution

Settings = Mapping[str, int | float]
"""Settings by the names that `svgai train --set` takes."""

SPACES: Mapping[str, Mapping[str, BaseDistribution]] = MappingProxyType(
    {
        "classifier": {
            "epochs": IntDistribution(8, 30),
            "batch_size": IntDistribution(32, 256, log=True),
            "learning_rate": FloatDistribution(5e-4, 1e-2, log=True),
            "weight_decay": FloatDistribution(1e-3, 0.2, log=True),
            "label_smoothing": FloatDistribution(0.0, 0.15),
            "width": IntDistribution(8, 20),
            "feature_dropout": FloatDistribution(0.0, 0.5),
        },
        "optimizer": {
            "rounds": IntDistribution(100, 600),
            "max_depth": IntDistribution(3, 9),
            "learning_rate": FloatDistribution(0.02, 0.3, log=True),
            "min_child_weight": FloatDistribution(1.0, 64.0, log=True),
            "subsample": FloatDistribution(0.5, 1.0),
            "colsample_bytree": FloatDistribution(0.2, 1.0),
        },
    }
)
"""By kind of model. The current settings have to be inside."""


def as_values(settings: Settings) -> dict[str, str]:
    """Settings in command-line form; parsing them returns the same numbers."""
    return {name: repr(value) for name, value in settings.items()}
