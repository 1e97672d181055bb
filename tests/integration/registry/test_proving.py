"""Bentos that are tested before they count as good: which are kept, and which go."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commands.delivery.built_bentos import BUILT
from commands.delivery.local_delivery import FOLDER
from rollout.state import Service, State, write_state
from tests.integration.servers.small_bentos import tag

# BentoML's, at its import.
pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")]

PROVE = """\
import sys
from commands.delivery.local_delivery import prove
from svgai.errors import DeploymentFault
from svgai.settings import load_settings
try:
    prove(sys.argv[1], load_settings(), 2)
except DeploymentFault as fault:
    sys.exit(str(fault))
"""

BUILT_BENTO = "from commands.delivery.built_bentos import built_bento; print(built_bento())"


@pytest.fixture
def store(bento_home: Path, tmp_path: Path) -> Path:
    """The Bentos of a BentoML home beside an empty project."""
    shutil.copytree(bento_home, tmp_path / "bentoml", symlinks=True)
    (tmp_path / "project").mkdir()
    return tmp_path / "bentoml" / "bentos" / "svgai"


def run(store: Path, code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Code in the project beside the store, and in a process of its own as BentoML keeps its home."""
    home = store.parents[1]
    environment = os.environ | {"BENTOML_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=home.parent / "project", env=environment, capture_output=True, text=True, check=False, timeout=180
    )


def prove(store: Path, mode: str) -> str:
    """What the test of a Bento, two of which are kept, had against it."""
    result = run(store, PROVE, tag(mode))
    assert result.returncode in (0, 1), result.stderr
    return result.stderr.strip().rpartition("\n")[2] if result.returncode else ""


@pytest.mark.long
def test_of_good_bentos_the_newest_are_kept(store: Path) -> None:
    """Others of the store, which were not built here, are left alone."""
    for mode in ("good", "better", "best"):
        assert prove(store, mode) == ""
    assert not (store / "good").exists()
    assert all((store / mode).is_dir() for mode in ("better", "best", "odd"))
    assert (store.parents[2] / "project" / BUILT).read_text().split() == [tag("better"), tag("best")]


@pytest.mark.long
def test_a_bento_that_fails_goes_unless_it_is_in_service(store: Path) -> None:
    """A busy machine must not take away what serves."""
    project = store.parents[2] / "project"
    write_state(project / FOLDER, State(host="127.0.0.1", port=9, live=Service(bento=tag("odd"), port=9)))
    assert "the type 'odd' is none of" in prove(store, "odd")
    assert (store / "odd").is_dir()
    write_state(project / FOLDER, State(host="127.0.0.1", port=9))
    assert "the type 'odd' is none of" in prove(store, "odd")
    assert not (store / "odd").exists()
    assert not (project / BUILT).exists()


@pytest.mark.long
def test_a_bento_for_a_gpu_is_kept_and_not_taken_for_what_serves_here(store: Path) -> None:
    """Tested like any other; the newest one for the CPU stays, and `svgai serve` and the watcher go on with that."""
    for mode in ("better", "best"):
        description = store / mode / "bento.yaml"
        labelled = description.read_text().replace("labels: {}", "labels: {variant: gpu}")
        assert "variant" in labelled
        description.write_text(labelled)
    assert [prove(store, mode) for mode in ("good", "better", "best")] == ["", "", ""]
    assert (store.parents[2] / "project" / BUILT).read_text().split() == [tag("good"), tag("better"), tag("best")]
    assert run(store, BUILT_BENTO).stdout.strip() == tag("good")


@pytest.mark.long
@pytest.mark.parametrize("left", ["", "services: ["])
def test_a_damaged_bento_of_the_store_stops_nothing(store: Path, left: str) -> None:
    """Whoever made it: a power cut may leave its description empty or cut off."""
    (store / "odd" / "bento.yaml").write_text(left)
    labels = f"from registry.bento.bento_builder import held_models; print(held_models({tag('odd')!r}))"
    assert run(store, labels).stdout.strip() == "None"
    assert [prove(store, mode) for mode in ("good", "better", "best")] == ["", "", ""]
    assert not (store / "good").exists()


@pytest.mark.long
def test_a_removal_leaves_the_latest_where_it_is(store: Path) -> None:
    """It is what was delivered last, which need not be what was built last; that of a removed one is nobody's."""
    remove = "import sys; from registry.bento.bento_removal import remove_bento; remove_bento(sys.argv[1])"
    (store / "latest").write_text("good")
    assert run(store, remove, tag("better")).returncode == 0
    assert (store / "latest").read_text() == "good"
    assert run(store, remove, tag("good")).returncode == 0
    assert not (store / "latest").exists()
    assert run(store, "import bentoml; bentoml.bentos.get('svgai:latest')").returncode == 0
