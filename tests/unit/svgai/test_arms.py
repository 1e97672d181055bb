"""Which image belongs to which arm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.arms import Experiment, Mode

SPLIT = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "split", 0.1)
DIGESTS = [f"{number:064x}" for number in range(10_000)]


@pytest.mark.parametrize(
    "challenger, mode, share, name",
    [
        ("classifier:1,optimizer:3", "split", 0.1, "optimizer-3-against-2.split-0.1"),
        ("classifier:4,optimizer:2", "shadow", 1.0, "classifier-4-against-1.shadow-1"),
        ("classifier:4,optimizer:3", "split", 0.5, "classifier-4-against-1.optimizer-3-against-2.split-0.5"),
    ],
)
def test_its_name_says_what_is_compared(challenger: str, mode: Mode, share: float, name: str) -> None:
    """The name has the versions that differ, the mode and the share."""
    assert Experiment("classifier:1,optimizer:2", challenger, mode, share).name == name


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.floats(0, 1))
def test_an_image_stays_in_its_arm(digest: str, share: float) -> None:
    """An image has one arm, the champion's where the share is nought, the challenger's where it is all."""
    experiment = Experiment(SPLIT.champion, SPLIT.challenger, "split", share)

    assert experiment.gives_challenger(digest) == experiment.gives_challenger(digest)
    assert not Experiment(SPLIT.champion, SPLIT.challenger, "split", 0).gives_challenger(digest)
    assert Experiment(SPLIT.champion, SPLIT.challenger, "split", 1).gives_challenger(digest)


def test_the_challenger_gets_its_share() -> None:
    """Of 10,000 images the challenger gets a tenth, as chance would have it."""
    assert sum(map(SPLIT.gives_challenger, DIGESTS)) == pytest.approx(1000, abs=100)


def test_another_experiment_draws_anew() -> None:
    """Who was in the challenger's arm of one experiment is in that of the next by chance alone."""
    following = Experiment(SPLIT.champion, "classifier:1,optimizer:4", "split", 0.1)

    both = sum(SPLIT.gives_challenger(digest) and following.gives_challenger(digest) for digest in DIGESTS)

    assert both == pytest.approx(100, abs=40)
