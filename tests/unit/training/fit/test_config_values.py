"""Settings of a training, given by name."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from training.fit.config_values import settings_of, with_values


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
