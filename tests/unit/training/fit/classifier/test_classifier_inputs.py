"""Features of generated pictures."""

import numpy as np

from svgai.describe.features import FEATURE_NAMES, extract_features
from training.data.synthetic.pictures import generate_picture
from training.fit.classifier.classifier_inputs import picture_features


def test_pictures_are_measured_in_order() -> None:
    """Each row is what its seed draws; progress counts them."""
    seen: list[tuple[int, int]] = []
    found = picture_features(3, 2, lambda _stage, done, total: seen.append((done, total)), jobs=1)
    assert np.array_equal(found[2], extract_features(generate_picture(20_000_002)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_pictures_are_no_rows() -> None:
    """A training without photographs joins nothing."""
    assert picture_features(0, 1, lambda *_: None, jobs=1).shape == (0, len(FEATURE_NAMES))
