"""Licences: what packages say of them, and what they ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from containers.licences import NOT_STATED, Kind, Licence, of_distribution, of_package

KINDS = {"MIT": Kind.PERMISSIVE, "MPL-2.0": Kind.WEAK_COPYLEFT, "GPL-3.0-only": Kind.COPYLEFT}


@pytest.mark.parametrize(
    "expression,stated,classifiers,expected",
    [
        ("MIT OR Apache-2.0", None, (), Licence("MIT OR Apache-2.0", Kind.PERMISSIVE, spdx=True)),
        (None, "Apache License 2.0", (), Licence("Apache-2.0", Kind.PERMISSIVE, spdx=True)),
        (None, None, ("License :: OSI Approved :: MIT License",), Licence("MIT", Kind.PERMISSIVE, spdx=True)),
        (
            None,
            "Copyright (c) 2001 by us\n" * 40,
            ("License :: X :: BSD License",),
            Licence("BSD License", Kind.PERMISSIVE),
        ),
        (None, "LGPL", (), Licence("LGPL", Kind.WEAK_COPYLEFT)),
        ("MPL-2.0", None, (), Licence("MPL-2.0", Kind.WEAK_COPYLEFT, spdx=True)),
        ("GPL-3.0-or-later", None, (), Licence("GPL-3.0-or-later", Kind.COPYLEFT, spdx=True)),
        (None, "Our own terms", (), Licence("Our own terms", Kind.UNKNOWN)),
        (None, None, (), Licence(NOT_STATED, Kind.UNKNOWN)),
        (
            None,
            "UNKNOWN",
            ("License :: Other/Proprietary License",),
            Licence("Other/Proprietary License", Kind.UNKNOWN),
        ),
    ],
)
def test_the_most_exact_statement_counts(
    expression: str | None, stated: str | None, classifiers: tuple[str, ...], expected: Licence
) -> None:
    """Expression before field before classifiers; a whole licence text is no name."""
    assert of_distribution(expression, stated, classifiers) == expected


def test_several_classifiers_may_all_hold() -> None:
    """The one that asks for most marks the package."""
    both = of_distribution(None, None, ("License :: OSI Approved :: MIT License", "License :: OSI Approved :: GPL"))
    assert both == Licence("MIT, GPL", Kind.COPYLEFT)


@pytest.mark.parametrize(
    "names,expected",
    [
        (("GPL-2+",), Licence("GPL-2.0-or-later", Kind.COPYLEFT, spdx=True)),
        (("LGPL-2.1",), Licence("LGPL-2.1-only", Kind.WEAK_COPYLEFT, spdx=True)),
        (("Expat", "LGPL-2+"), Licence("MIT, LGPL-2.0-or-later", Kind.WEAK_COPYLEFT)),
        (("GPL-3+ with a bootloader exception",), Licence("GPL-3+ with a bootloader exception", Kind.COPYLEFT)),
        (("Expat or GPL-2+",), Licence("MIT OR GPL-2.0-or-later", Kind.PERMISSIVE, spdx=True)),
        (("strange-1",), Licence("strange-1", Kind.UNKNOWN)),
        ((), Licence(NOT_STATED, Kind.UNKNOWN)),
        (None, Licence(NOT_STATED, Kind.UNKNOWN)),
    ],
)
def test_debian_names_are_understood(names: tuple[str, ...] | None, expected: Licence) -> None:
    """As they stand in copyright files."""
    assert of_package(names) == expected


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4))
def test_a_choice_asks_for_least_and_a_sum_for_most(names: list[str]) -> None:
    """OR lets one choose, AND does not."""
    kinds = [KINDS[name] for name in names]
    assert of_distribution(" OR ".join(names), None, ()).kind == min(kinds)
    assert of_distribution(" AND ".join(names), None, ()).kind == max(kinds)
