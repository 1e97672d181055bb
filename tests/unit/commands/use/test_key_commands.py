"""`svgai key new`: a key for a client, and its hash for the service."""

import json

import pytest
from typer.testing import CliRunner

from commands.use.key_commands import keys
from svgai.api.keys.key_ring import KeyRing


def test_the_entry_lets_the_key_in() -> None:
    """What is printed fits together, and the entry does not hold the key."""
    printed = json.loads(CliRunner().invoke(keys, ["new", "shop", "--json"]).stdout)
    ring = KeyRing((printed["entry"],))
    assert ring.name_of(printed["key"].encode()) == "shop"
    assert printed["key"] not in printed["entry"]


def test_every_key_is_another() -> None:
    """Two calls for one name give two keys."""
    first, second = (CliRunner().invoke(keys, ["new", "shop"]).stdout for _ in range(2))
    assert first != second


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a,b", "x" * 65])
def test_a_name_that_could_upset_a_log_or_a_list_is_refused(name: str) -> None:
    """With what a name may have."""
    outcome = CliRunner().invoke(keys, ["new", name])
    assert outcome.exit_code == 2
    assert "letters, digits" in outcome.output
