"""Environments of peers."""

from loadtests.peers.environments import version


def test_versions_are_those_of_the_pins() -> None:
    """Or of this environment, for what is installed here."""
    assert version("mlserver") == "1.7.1"
    assert version("bentoml") == "1.4.40"
