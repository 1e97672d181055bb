"""Histograms of what a model learned from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from svgai.model_files.input_reference import Histogram, InputReference, category_histogram, histogram_of


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=80))
def test_every_value_is_in_one_bin(values: list[float]) -> None:
    """However many are the same; what is read back is what was written."""
    histogram = histogram_of(np.array(values))
    assert sum(histogram.counts) == len(values)
    assert len(histogram.counts) == len(histogram.edges) + 1 <= 10
    assert Histogram.model_validate_json(histogram.model_dump_json()) == histogram


def test_bins_are_tenths_where_values_differ() -> None:
    """And fewer where they do not."""
    assert histogram_of(np.arange(100.0)).counts == (10,) * 9 + (10,)
    assert histogram_of(np.zeros(7)).counts == (7, 0)


def test_categories_have_a_bin_each() -> None:
    """Also those that do not occur."""
    assert category_histogram(np.array([0, 2, 2]), 4).counts == (1, 0, 2, 0)


@pytest.mark.parametrize("edges, counts", [((1.0,), (1,)), ((2.0, 1.0), (1, 1, 1)), ((), (0,))])
def test_what_is_no_histogram_is_refused(edges: tuple[float, ...], counts: tuple[int, ...]) -> None:
    """It would be compared wrongly."""
    with pytest.raises(ValidationError):
        Histogram(edges=edges, counts=counts)


def test_two_models_say_more_than_one() -> None:
    """Features by the one, types and confidences by the other."""
    features = InputReference(histograms={"grain": histogram_of(np.arange(9.0))})
    types = InputReference(histograms={"type": category_histogram(np.array([0]), 4)}, confidences={"simple": 0.9})
    both = features.joined(types)
    assert (set(both.histograms), both.confidences) == ({"grain", "type"}, {"simple": 0.9})
    assert features.joined(None) == features
