"""The Bentos that were built in a folder."""

from pathlib import Path

import pytest

from commands.delivery.built_bentos import (
    BUILT,
    built_bento,
    forget_bentos,
    is_stored,
    old_bentos,
    remember_bento,
)

# BentoML's, at its import.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")


@pytest.mark.usefixtures("clean_environment")
def test_nothing_built_is_nothing_to_serve() -> None:
    """A folder where no Bento was built has none."""
    assert built_bento() is None
    assert old_bentos(5, ()) == []


def test_good_bentos_are_remembered_in_their_order(clean_environment: Path) -> None:
    """One that is good again is the newest; one that has left the store counts no more."""
    for tag in ("svgai:old", "svgai:no-such-version-anywhere", "svgai:old"):
        remember_bento(tag)
    assert (clean_environment / BUILT).read_text() == "svgai:no-such-version-anywhere\nsvgai:old\n"
    assert [path.name for path in (clean_environment / BUILT.parent).iterdir()] == [BUILT.name]
    assert built_bento() is None


@pytest.mark.usefixtures("clean_environment")
def test_old_ones_are_those_beyond_the_newest() -> None:
    """But for those that are needed; what is forgotten is no more in the list."""
    for number in range(6):
        remember_bento(f"svgai:{number}")
    assert old_bentos(3, {"svgai:1"}) == ["svgai:0", "svgai:2"]
    forget_bentos(["svgai:0", "svgai:2"])
    assert old_bentos(1, ()) == ["svgai:1", "svgai:3", "svgai:4"]


def test_a_bento_that_a_power_cut_emptied_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder has its name, and its description nothing."""
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path))
    description = tmp_path / "bentos" / "svgai" / "c1" / "bento.yaml"
    description.parent.mkdir(parents=True)
    assert not is_stored("svgai:c1")
    description.touch()
    assert not is_stored("svgai:c1")
    description.write_text("name: svgai\n")
    assert is_stored("svgai:c1")
