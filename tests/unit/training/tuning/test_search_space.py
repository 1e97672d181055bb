"""What may be searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import FloatDistribution, IntDistribution

from training.fit.config_values import settings_of
from training.pipeline import training_config
from training.tuning.search_space import SPACES, as_values


@pytest.mark.parametrize("kind", sorted(SPACES))
def test_todays_settings_lie_inside(kind: str) -> None:
    """A search begins there; every name is one that `svgai train --set` takes."""
    config = training_config(kind, {})
    assert set(SPACES[kind]) <= set(settings_of(config))
    for name, allowed in SPACES[kind].items():
        assert isinstance(allowed, IntDistribution | FloatDistribution)
        assert allowed.low <= getattr(config, name) <= allowed.high, name


@given(st.floats(0.02, 0.3), st.integers(3, 9))
def test_settings_are_the_same_numbers_when_read_again(learning_rate: float, max_depth: int) -> None:
    """To the last digit: what was found is what is trained."""
    config = training_config("optimizer", as_values({"learning_rate": learning_rate, "max_depth": max_depth}))
    assert (config.learning_rate, config.max_depth) == (learning_rate, max_depth)
