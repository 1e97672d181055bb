"""The peers' protocols."""

import json
from pathlib import Path

import pytest

from loadtests.peers.environments import REQUIREMENTS
from loadtests.peers.serving_peers import OURS, PEERS, Place
from svgai.errors import SvgAiError

ANSWERS = {
    "svgai": {"type": "text"},
    "fastapi": {"type": "text"},
    "fastapi-batching": {"type": "text"},
    "mlflow": {"predictions": [{"type": "text"}]},
    "litserve": {"type": "text"},
    "mlserver": {"outputs": [{"name": "type", "data": ["text"]}]},
}


@pytest.mark.parametrize("peer", PEERS)
def test_every_peer_is_asked_with_the_same_image(peer: str) -> None:
    """Inside its own protocol."""
    body = PEERS[peer].question("aW1hZ2U=")
    json.loads(body)
    assert body.count(b"aW1hZ2U=") == 1


@pytest.mark.parametrize("peer", PEERS)
def test_every_answer_is_read_for_its_type(peer: str) -> None:
    """An error, or anything else, is told as the peer's."""
    assert PEERS[peer].answered(json.dumps(ANSWERS[peer]).encode()) == "text"
    for other in (b"oops", b"[]", b'{"error": {"code": "not_ready"}}'):
        with pytest.raises(SvgAiError, match="answered without a type"):
            PEERS[peer].answered(other)


def test_all_but_ours_have_pinned_environments() -> None:
    """Ours runs in that of the command."""
    assert [name for name, peer in PEERS.items() if peer.requirements is None] == [OURS]
    named = {peer.requirements for peer in PEERS.values()} - {None}
    assert named == {path.stem for path in REQUIREMENTS.glob("*.txt")}


def test_a_place_has_one_thread_and_the_shared_models(tmp_path: Path) -> None:
    """Its own programs come first."""
    variables = Place(tmp_path / "bin", tmp_path, tmp_path / "models", tmp_path / "log").variables()
    assert variables["OMP_NUM_THREADS"] == "1"
    assert variables["MODEL_DIR"] == str(tmp_path / "models")
    assert variables["PATH"].split(":")[0] == str(tmp_path / "bin")
