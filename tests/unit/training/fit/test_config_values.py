"""Settings of a training, given by name."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from training.fit.config_values import Count, Rate, Seed, Share, settings_of, with_values
from training.fit.surrogate import OptimizerConfig


@dataclass(frozen=True)
class Inner:
    rounds: int = 3
    table: Path | None = None


@dataclass(frozen=True)
class Config:
    epochs: int = 14
    rate: float = 0.1
    careful: bool = False
    device: str = "auto"
    inner: Inner = field(default_factory=Inner)


def test_values_are_read_as_the_types_that_they_have() -> None:
    """Also those of a part, which have its name before theirs; the rest stays."""
    given = {"epochs": "20", "rate": "1e-3", "careful": "true", "device": "cpu", "inner_rounds": "7"}
    assert with_values(Config(), given) == Config(20, 0.001, True, "cpu", Inner(7))
    assert with_values(Config(), {}) == Config()


def test_a_setting_that_there_is_not_is_told_with_those_there_are() -> None:
    """What is no number, text or switch cannot be given."""
    assert list(settings_of(Config())) == ["epochs", "rate", "careful", "device", "inner_rounds"]
    with pytest.raises(ValueError, match="there is no setting 'epoch'; there are epochs, rate, careful, device, inner"):
        with_values(Config(), {"epoch": "1"})


@pytest.mark.parametrize("name, text", [("epochs", "1.5"), ("epochs", "many"), ("rate", ""), ("careful", "maybe")])
def test_a_value_of_another_type_is_told(name: str, text: str) -> None:
    """With what it is now."""
    with pytest.raises(ValueError, match=f"{name}: '{text}' is no .*; it is .* now"):
        with_values(Config(), {name: text})


@dataclass(frozen=True)
class Bounded:
    rounds: Count = 3
    rate: Rate = 0.1
    share: Share = 0.5
    seed: Seed = 7


@dataclass(frozen=True)
class Holding:
    part: Bounded = field(default_factory=Bounded)


@pytest.mark.parametrize(
    "name, text, told",
    [
        ("rounds", "0", "greater than or equal to 1"),
        ("rate", "nan", "finite number"),
        ("rate", "inf", "finite number"),
        ("rate", "0", "greater than 0"),
        ("share", "1.5", "less than or equal to 1"),
        ("seed", "-1", "greater than or equal to 0"),
        ("seed", "99999999999", "less than 4294967296"),
    ],
)
def test_a_value_that_cannot_be_trained_with_is_told_before(name: str, text: str, told: str) -> None:
    """Not by the library that fails with it, after an hour perhaps; also of a part."""
    with pytest.raises(ValueError, match=f"^{name}: .*: Input should be .*{told}"):
        with_values(Bounded(), {name: text})
    with pytest.raises(ValueError, match=f"^part_{name}: .*: Input should be .*{told}"):
        with_values(Holding(), {f"part_{name}": text})


@pytest.mark.parametrize(
    "name, text", [("rounds", "0"), ("folds", "1"), ("max_bin", "1"), ("learning_rate", "nan"), ("subsample", "7")]
)
def test_the_optimizers_settings_have_bounds(name: str, text: str) -> None:
    """Those outside of which XGBoost or scikit-learn fails."""
    with pytest.raises(ValueError, match=f"^{name}: "):
        with_values(OptimizerConfig(), {name: text})
