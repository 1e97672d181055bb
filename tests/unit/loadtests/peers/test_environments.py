"""Environments of peers."""

from importlib import metadata

from loadtests.peers.environments import REQUIREMENTS, version


def test_versions_are_those_of_the_pins() -> None:
    """Or of this environment, for what is installed here."""
    pins = (REQUIREMENTS / "mlserver.txt").read_text(encoding="utf-8").splitlines()
    assert f"mlserver=={version('mlserver')}" in pins
    assert version("bentoml") == metadata.version("bentoml")
