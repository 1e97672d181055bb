"""What packages say of their licences, as SPDX expressions where it is clear which one is meant; what they ask for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import yaml
from license_expression import (
    ExpressionError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
    get_license_index,
    get_spdx_licensing,
)

NOT_STATED = "not stated in the image"
_LONGEST_NAME = 60
_DEBIAN_GNU = re.compile(r"\b([AL]?GPL|GFDL)-([123])(?:\.0)?(\.[1-9])?(\+)?(?![\w.+-])", re.IGNORECASE)
_FAMILY = re.compile(r"\b(A|L)?GPL", re.IGNORECASE)


class Kind(IntEnum):
    """What a licence asks for, in the order in which one outweighs the other."""

    PERMISSIVE = 0
    UNKNOWN = 1
    WEAK_COPYLEFT = 2
    COPYLEFT = 3

    @property
    def words(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True)
class Licence:
    """
    A licence.

    Attributes:
        name: An SPDX expression, or else what was stated.
        kind: What it asks for; of several that one may choose from, the one that asks for least.
        spdx: Whether `name` is an SPDX expression.
    """

    name: str
    kind: Kind
    spdx: bool = False


def of_distribution(expression: str | None, stated: str | None, classifiers: Sequence[str]) -> Licence:
    """The licence of a Python distribution by its metadata, the most exact field first."""
    names = [name.rsplit(" :: ", 1)[-1] for name in classifiers]
    for text in (expression, stated):
        if text and (found := _known(text)):
            return found
    if names:
        return _together([_known(name) or Licence(name, Kind.UNKNOWN) for name in names])
    short = next(iter((expression or stated or "").strip().splitlines()), "")
    return Licence(short if 0 < len(short) <= _LONGEST_NAME else NOT_STATED, Kind.UNKNOWN)


def of_package(names: Sequence[str] | None) -> Licence:
    """The licence of a Debian package by the names in its copyright file; None: there is no such file."""
    if not names:
        return Licence(NOT_STATED, Kind.UNKNOWN)
    return _together([_debian(name) for name in names])


def _together(licences: Sequence[Licence]) -> Licence:
    if len(licences) == 1:
        return licences[0]
    named = dict.fromkeys(licence.name for licence in licences)
    return Licence(", ".join(named), max(licence.kind for licence in licences))


def _known(text: str) -> Licence | None:
    """A licence that the text names as a whole; None where it does not."""
    text = text.strip()
    meanings, families = _vocabulary()
    if (kind := families.get(text.lower())) is not None:
        return Licence(text, kind)
    licensing = _spdx()
    try:
        parsed = licensing.parse(meanings.get(text.lower(), text), validate=True)
    except ExpressionError:  # also what is not a licence at all
        return None
    return Licence(str(parsed), _kind(parsed), spdx=True) if parsed is not None else None


def _debian(name: str) -> Licence:
    """A short name as Debian writes them: GPL-2+ and LGPL-2.1, joined by `and` and `or`."""
    written = _DEBIAN_GNU.sub(
        lambda m: f"{m[1].upper()}-{m[2]}{m[3] or '.0'}-{'or-later' if m[4] else 'only'}",
        re.sub(r"\bExpat\b", "MIT", name).replace(",", ""),
    )
    if found := _known(written):
        return found
    if family := _FAMILY.search(name):  # a licence with an exception, or in words
        return Licence(name, Kind.WEAK_COPYLEFT if (family[1] or "").upper() == "L" else Kind.COPYLEFT)
    return Licence(name, Kind.UNKNOWN)


def _kind(expression: object) -> Kind:
    if isinstance(expression, LicenseWithExceptionSymbol):
        return _kind(expression.license_symbol)
    if isinstance(expression, LicenseSymbol):
        return _categories().get(expression.key, Kind.UNKNOWN)
    kinds = [_kind(part) for part in getattr(expression, "args", ())]
    return min(kinds) if getattr(expression, "operator", "").strip() == "OR" else max(kinds)


@cache
def _spdx() -> Licensing:
    return get_spdx_licensing()


@cache
def _categories() -> dict[str, Kind]:
    kinds = {
        "Permissive": Kind.PERMISSIVE,
        "Public Domain": Kind.PERMISSIVE,
        "Copyleft Limited": Kind.WEAK_COPYLEFT,
        "Copyleft": Kind.COPYLEFT,
    }
    return {
        entry["spdx_license_key"]: kinds.get(entry["category"], Kind.UNKNOWN)
        for entry in get_license_index()
        if entry.get("spdx_license_key")
    }


@cache
def _vocabulary() -> tuple[dict[str, str], dict[str, Kind]]:
    content = yaml.safe_load(Path(__file__).with_name("licences.yaml").read_text(encoding="utf-8"))
    kinds = {kind.words: kind for kind in Kind}
    return (
        {text.lower(): meaning for text, meaning in content["meanings"].items()},
        {text.lower(): kinds[kind] for text, kind in content["families"].items()},
    )
