"""Environments of peers, made by pip: it takes seconds, though nothing is fetched."""

from pathlib import Path

import pytest

from loadtests.peers.environments import NotInstalled, environment

pytestmark = pytest.mark.integration


@pytest.mark.long
def test_an_environment_is_kept_while_its_requirements_are_the_same(tmp_path: Path) -> None:
    """And made anew when they are not."""
    requirements = tmp_path / "bare.txt"
    requirements.write_text("")
    programs = environment(requirements, tmp_path / "bare")
    assert (programs / "python").exists()
    mark = tmp_path / "bare" / "mark"
    mark.touch()
    assert environment(requirements, tmp_path / "bare") == programs
    assert mark.exists()
    requirements.write_text("# other\n")
    environment(requirements, tmp_path / "bare")
    assert not mark.exists()


@pytest.mark.long
def test_a_failed_installation_is_told_and_begun_anew(tmp_path: Path) -> None:
    """With what pip printed last; what is half there does not count as made."""
    requirements = tmp_path / "bare.txt"
    requirements.write_text("not a requirement!\n")
    for _ in range(2):
        with pytest.raises(NotInstalled, match=r"(?s)bare cannot be installed: .*Invalid requirement"):
            environment(requirements, tmp_path / "bare")
