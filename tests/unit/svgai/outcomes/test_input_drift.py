"""A test of drift that may be looked at after every image: seldom wrong where nothing changes, quick where it does."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svgai.array_types import Doubles
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.model_files.input_reference import InputReference, category_histogram, histogram_of
from svgai.outcomes.input_drift import ALPHA, WINDOW, InputDrift
from training.data.measured_logos import MEASURED
from training.data.synthetic.screenshots import generate_screenshot

ROOT = Path(__file__).parents[4]
NAMES = tuple(f"feature {number}" for number in range(20))


def traffic(count: int, seed: int, shift: float = 0.0) -> Doubles:
    """Images (count, features + type): half of the features are alike, some have many equal values."""
    draw = np.random.default_rng(seed)
    common = draw.normal(size=(count, 1))
    values = np.concatenate([draw.normal(size=(count, 10)), common + 0.3 * draw.normal(size=(count, 10))], axis=1)
    values[:, 5:8] = np.round(values[:, 5:8])
    values[:, :4] += shift
    kinds = draw.choice(4, count, p=(0.3, 0.3, 0.2, 0.2) if not shift else (0.1, 0.1, 0.2, 0.6))
    return np.concatenate([values, kinds[:, None]], axis=1)


def reference_of(images: Doubles) -> InputReference:
    histograms = {name: histogram_of(images[:, place]) for place, name in enumerate(NAMES)}
    return InputReference(histograms=histograms | {"type": category_histogram(images[:, -1].astype(np.intp), 4)})


def watched(drift: InputDrift, images: Doubles) -> InputDrift:
    for image in images:
        drift.see(image)
    return drift


@pytest.mark.slow
def test_the_same_traffic_raises_no_alarm() -> None:
    """Looked at after each of a month's images, on 20 resamples of the same traffic."""
    alarms = 0
    for seed in range(20):
        images = traffic(640 + 3_000, seed)
        np.random.default_rng(seed).shuffle(images)
        found = watched(InputDrift(reference_of(images[:640])), images[640:]).found()
        alarms += any(one.since or one.certain for one in found.values())
    assert alarms <= ALPHA * 20


@pytest.mark.slow
@pytest.mark.parametrize("before", [0, 4_000])
def test_a_shift_is_found_soon(before: int) -> None:
    """At the start as after a long time without one; what has not shifted is not called so."""
    drift = watched(InputDrift(reference_of(traffic(640, 1))), traffic(before, 2))
    found = watched(drift, traffic(1_000, 3, shift=0.8)).found()
    shifted = (*NAMES[:4], "type")
    assert all((found[name].since or before + 9_999) <= before + 1_000 for name in shifted)
    assert all(found[name].certain and found[name].index > 0.25 for name in shifted)
    assert not any(one.certain for name, one in found.items() if name not in shifted)


@pytest.mark.slow
def test_a_small_certain_change_is_no_alarm() -> None:
    """Its index stays below what is notable, however many images there are."""
    found = watched(InputDrift(reference_of(traffic(4_000, 1))), traffic(6_000, 2, shift=0.2)).found()
    assert found[NAMES[0]].log_capital > 7
    assert not found[NAMES[0]].certain


def test_nothing_is_said_of_less_than_a_window() -> None:
    """There is no index of a few images."""
    drift = watched(InputDrift(reference_of(traffic(640, 1))), traffic(WINDOW - 1, 2, shift=3))
    assert drift.found() == {}
    assert watched(drift, traffic(1, 3, shift=3)).found()


def test_what_goes_back_is_no_longer_called_changed() -> None:
    """But it is told that it was."""
    drift = watched(InputDrift(reference_of(traffic(640, 1))), traffic(1_000, 2, shift=0.8))
    found = watched(drift, traffic(WINDOW, 3)).found()[NAMES[0]]
    assert (found.certain, found.index < 0.1) == (False, True)
    assert found.since is not None
    assert found.since <= 1_000


def test_what_stays_changed_is_called_changed_however_long_it_lasts() -> None:
    """Though by then most of what an image is ranked among has changed as well."""
    drift = InputDrift(reference_of(traffic(200, 1)))
    for seed in range(2, 6):
        found = watched(drift, traffic(1_000, seed, shift=0.8)).found()
        assert all(found[name].certain for name in (*NAMES[:4], "type"))


@pytest.mark.slow
def test_capital_is_fair_where_nothing_changes() -> None:
    """Its mean over many runs stays near or below 1: it is a supermartingale."""
    capital = []
    for seed in range(40):
        images = traffic(200 + WINDOW, seed)
        found = watched(InputDrift(reference_of(images[:200])), images[200:]).found()
        capital.append(np.exp([one.log_capital for one in found.values()]))
    assert np.mean(capital) < 1


def test_a_reference_of_nothing_finds_nothing() -> None:
    """However many images there are."""
    drift = watched(InputDrift(InputReference(histograms={})), np.empty((WINDOW + 1, 0)))
    assert (drift.images, drift.found()) == (WINDOW + 1, {})


@pytest.fixture(scope="module")
def logos() -> Doubles:
    """The features of real logos (n, features)."""
    features: Doubles = pd.read_parquet(ROOT / MEASURED)[list(FEATURE_NAMES)].to_numpy(np.float64)
    return features


def of_logos(logos: Doubles, seed: int, month: int) -> tuple[InputDrift, Doubles]:
    """What knows 640 of them, and others of the same: a month's."""
    drawn = np.random.default_rng(seed).permutation(logos)[: 640 + month]
    reference = {name: histogram_of(drawn[:640, place]) for place, name in enumerate(FEATURE_NAMES)}
    return InputDrift(InputReference(histograms=reference)), drawn[640:]


@pytest.mark.slow
def test_months_of_the_same_logos_raise_no_alarm(logos: Doubles) -> None:
    """Of 20 resamples at most one, whenever one looks."""
    months = (of_logos(logos, seed, 3_000) for seed in range(20))
    found = [watched(*month).found() for month in months]
    assert sum(any(one.since or one.certain for one in by_name.values()) for by_name in found) <= ALPHA * 20


@pytest.mark.slow
def test_screenshots_in_the_place_of_logos_are_found(logos: Doubles) -> None:
    """Generated ones, within 1,000 images; many features of them are other ones for certain."""
    drift = watched(*of_logos(logos, 1, 1_000))
    assert not any(one.certain for one in drift.found().values())
    screenshots = [extract_features(generate_screenshot(number)) for number in range(1_000)]
    found = watched(drift, np.array(screenshots, np.float64)).found()
    changed = [name for name, one in found.items() if one.certain and (one.since or 0) <= 2_000]
    assert {"log_longest_side", "log_aspect"} <= set(changed)
    assert len(changed) > len(FEATURE_NAMES) / 2
