"""Network inputs of generated pictures, and rows put together."""

import numpy as np

from svgai.classifier import INPUT_SIDE, network_input
from svgai.features import extract_features
from svgai.logo_types import LOGO_TYPES
from training.classifier_inputs import joined, prepare_pictures
from training.synthetic_pictures import generate_picture


def test_pictures_are_complex_and_in_order() -> None:
    """Each is what its seed draws, as the network sees it; progress counts them."""
    seen: list[tuple[int, int]] = []
    found = prepare_pictures(3, 2, lambda _stage, done, total: seen.append((done, total)), jobs=1)
    assert found.labels.tolist() == [LOGO_TYPES.index("complex")] * 3
    third = generate_picture(20_000_002)
    assert np.array_equal(found.pixels[2], network_input(third))
    assert np.array_equal(found.features[2], extract_features(third))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_pictures_are_no_rows() -> None:
    """A training without photographs joins nothing."""
    none = prepare_pictures(0, 1, lambda *_: None, jobs=1)
    assert none.pixels.shape == (0, 3, INPUT_SIDE, INPUT_SIDE)
    one = prepare_pictures(1, 1, lambda *_: None, jobs=1)
    both = joined(one, none)
    assert np.array_equal(both.pixels, one.pixels)
    assert np.array_equal(both.features, one.features)
    assert both.labels.tolist() == one.labels.tolist()
