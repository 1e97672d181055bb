"""The second opinion: what it learns and what its word counts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from svgai.array_types import Floats, Labels
from svgai.describe.features import FEATURE_NAMES
from svgai.describe.torch_network import LogoNetwork
from svgai.logo_types import LOGO_TYPES
from training.data.parquet_files import write_parquet
from training.fit.classifier.second_opinion import SecondOpinionConfig, add_second_opinion, row_weights


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def rows(count: int, shift: int = 0) -> tuple[Floats, Labels]:
    """Features and types of images, all types in turn, whose feature number `type + shift` is high."""
    labels = np.arange(count) % len(LOGO_TYPES)
    features = np.random.default_rng(count).normal(0, 0.3, (count, len(FEATURE_NAMES))).astype(np.float32)
    features[np.arange(count), labels + shift] += 2
    return features, labels.astype(np.int64)


def parts(network: LogoNetwork, name: str) -> torch.Tensor:
    """All weights of a part of the network, end to end."""
    part: torch.nn.Module = getattr(network, name)
    return torch.cat([weights.detach().flatten() for weights in part.parameters()])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Measured logos whose types show in other features than those of generated ones."""
    features, labels = rows(120, shift=8)
    found = pd.DataFrame(features, columns=list(FEATURE_NAMES))
    found.insert(0, "kind", [LOGO_TYPES[label] for label in labels])
    write_parquet(found, tmp_path / "measured.parquet")
    return tmp_path / "measured.parquet"


@pytest.mark.slow
def test_it_learns_from_both_generated_and_real_rows(table: Path) -> None:
    """New rows of either kind are told apart by the features alone."""
    network = LogoNetwork().eval()
    config = SecondOpinionConfig(table, epochs=30, batch_size=40)
    assert add_second_opinion(network, *rows(160), config, 1, quiet) == 120
    for features, labels in (rows(80), rows(80, shift=8)):
        with torch.inference_mode():
            named = network.second_logits(torch.from_numpy(features)).argmax(dim=1).numpy()
        assert (named == labels).mean() > 0.9


@pytest.mark.slow
def test_share_and_preference_are_set(table: Path) -> None:
    """The network carries what its second opinion counts and which types are preferred."""
    network = LogoNetwork().eval()
    config = SecondOpinionConfig(table, share=0.25, prefer_gradient=0.5, prefer_complex=1, epochs=1)
    add_second_opinion(network, *rows(40), config, 1, quiet)
    assert network.second_share.item() == 0.25
    assert network.preference.tolist() == [0, 0, 0.5, 1]


@pytest.mark.slow
def test_the_first_opinion_stays_as_it_was(table: Path) -> None:
    """Only the second one is trained, the same for the same seed."""
    torch.manual_seed(0)
    network, twin = LogoNetwork().eval(), LogoNetwork().eval()
    twin.load_state_dict(network.state_dict())
    before = parts(network, "head")
    for one in (network, twin):
        add_second_opinion(one, *rows(40), SecondOpinionConfig(table, epochs=2), 3, quiet)
    assert torch.equal(parts(network, "head"), before)
    assert torch.equal(parts(network, "second"), parts(twin, "second"))


def test_without_a_table_there_is_none() -> None:
    """The network answers by its first opinion, as before."""
    network = LogoNetwork().eval()
    assert add_second_opinion(network, *rows(40), SecondOpinionConfig(table=None), 1, quiet) == 0
    assert network.second_share.item() == 0
    assert network.preference.tolist() == [0, 0, 0, 0]


def test_weights_share_out_as_asked() -> None:
    """Real rows have their share of all weight; balance 1 gives all types as much, balance 0 what they are."""
    generated, real = np.repeat(np.arange(4), 10), np.repeat(np.arange(4), (30, 20, 8, 2))
    for balance, expected in ((1.0, np.full(4, 0.25)), (0.0, np.array([30, 20, 8, 2]) / 60)):
        weights = row_weights(generated, real, 0.7, balance).numpy()
        assert weights.mean() == pytest.approx(1)
        assert weights[40:].sum() / weights.sum() == pytest.approx(0.7)
        for part, labels in ((weights[:40], generated), (weights[40:], real)):
            assert np.bincount(labels, part) / part.sum() == pytest.approx(expected, rel=1e-5)
