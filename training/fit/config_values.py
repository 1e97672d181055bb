"""Training settings by name, as on a command line: `epochs=20`, `second_rounds=200`."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Config = TypeVar("Config", bound="DataclassInstance")

Count = Annotated[int, Field(ge=1)]
CountOrNone = Annotated[int, Field(ge=0)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
"""Limits of settings, for which the library would fail late or with its own messages; checked when they are set."""


def with_values(config: Config, values: Mapping[str, str]) -> Config:
    """
    A configuration with replaced values, each parsed as the setting's type; nested settings have their parent's name as
    prefix.

    Raises:
        ValueError: there is no such setting, or the value has the wrong type or is not allowed; the message lists the
            settings.
    """
    known = settings_of(config)
    for name, text in values.items():
        if name not in known:
            raise ValueError(f"there is no setting {name!r}; there are {', '.join(known)}")
        value = _read(name, text, _value(config, known[name]))
        *part, field = known[name]
        _check(name, value, get_type_hints(type(_value(config, part)), include_extras=True)[field])
        config = _with(config, known[name], value)
    return config


def settings_of(config: "DataclassInstance") -> dict[str, tuple[str, ...]]:
    """The settings that may be set, each with its path."""
    found: dict[str, tuple[str, ...]] = {}
    for field in fields(config):
        value = getattr(config, field.name)
        if is_dataclass(value) and not isinstance(value, type):
            found |= {f"{field.name}_{name}": (field.name, *way) for name, way in settings_of(value).items()}
        elif isinstance(value, int | float | str | Path):
            found[field.name] = (field.name,)
    return found


def _check(name: str, value: object, allowed: Any) -> None:
    try:
        TypeAdapter(allowed).validate_python(value)
    except ValidationError as fault:
        raise ValueError(f"{name}: {value!r}: {fault.errors()[0]['msg']}") from None


def _value(config: Any, way: Sequence[str]) -> Any:
    for name in way:
        config = getattr(config, name)
    return config


def _with(config: Any, way: tuple[str, ...], value: object) -> Any:
    inner = value if len(way) == 1 else _with(getattr(config, way[0]), way[1:], value)
    return replace(config, **{way[0]: inner})


def _read(name: str, text: str, present: object) -> object:
    try:
        if isinstance(present, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(present, Path):
            return Path(text)
        return int(text) if isinstance(present, int) else float(text) if isinstance(present, float) else text
    except (ValueError, KeyError):
        raise ValueError(f"{name}: {text!r} is no {type(present).__name__}; it is {present!r} now") from None
