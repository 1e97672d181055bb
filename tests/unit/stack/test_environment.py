"""The .env of a stack."""

from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from stack.environment import Choice, Environment, new_environment, read_environment
from svgai.errors import StackFault


def test_every_stack_has_secrets_of_its_own(tmp_path: Path) -> None:
    """None is empty or short, and no two are equal, in one stack or in two."""
    values = []
    for name in ("a", "b"):
        (tmp_path / name).write_text(new_environment(Choice("svgai:1")))
        values += [
            value
            for key, value in dotenv_values(tmp_path / name).items()
            if key.endswith(("PASSWORD", "KEY", "TOKEN")) and value
        ]
    assert len(values) == 20
    assert len(set(values)) == len(values)
    assert min(map(len, values)) >= 32


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="'\\"), min_size=1))
def test_odd_characters_in_a_password_are_kept(password: str) -> None:
    """As .env says: within single quotes, all but a single quote and a backslash."""
    values = dotenv_values(stream=StringIO(f"REDIS_PASSWORD='{password}'\n"), interpolate=False)
    assert values["REDIS_PASSWORD"] == password


def test_where_there_is_none_it_is_said(tmp_path: Path) -> None:
    """With the command that makes one."""
    with pytest.raises(StackFault, match="svgai stack init"):
        read_environment(tmp_path)


def test_a_profile_that_is_not_known_is_named(tmp_path: Path) -> None:
    """Rather than passed over in silence."""
    (tmp_path / ".env").write_text("STACK_PROFILES='monitoring,mlfow'\n")
    with pytest.raises(StackFault, match="mlfow"):
        read_environment(tmp_path)


def test_what_is_missing_is_named() -> None:
    """A value that nothing works without."""
    with pytest.raises(StackFault, match="STACK_SUBNET"):
        _ = Environment({})["STACK_SUBNET"]


def test_sets_have_addresses_of_their_own() -> None:
    """Those that compose.yaml gives out, and no two the same."""
    environment = Environment({"STACK_SUBNET": "10.1.2"})
    addresses = environment.replicas("blue") + environment.replicas("green")
    compose = Path("deploy/compose/compose.yaml").read_text()
    assert len(set(addresses)) == 4
    assert all(address.rpartition(":")[0].rpartition(".")[2] + '"' in compose for address in addresses)
