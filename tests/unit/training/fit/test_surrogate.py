"""The surrogate's rows, and predictions of images that were not learned from."""

import numpy as np
import pandas as pd
import pytest

from svgai.describe.features import FEATURE_NAMES
from svgai.measure.outcome_scales import SCALES, to_scales
from svgai.trace.parameters import TRACING_NAMES
from tests.unit.training.fit.test_train_optimizer import CONFIG, lawful_table
from training.fit.surrogate import Rows, fit, predict, predict_unseen


def test_a_row_is_an_image_with_a_tracing() -> None:
    """Features first, then the tracing; what was measured, on the scales."""
    table = lawful_table(4)
    rows = Rows.of(table)
    assert rows.inputs.shape == (len(table), len(FEATURE_NAMES) + len(TRACING_NAMES))
    assert rows.targets.shape == (len(table), len(SCALES))
    first = table.iloc[0]
    assert rows.inputs[0, : len(FEATURE_NAMES)] == pytest.approx(first[list(FEATURE_NAMES)].to_numpy(float))
    assert rows.targets[0] == pytest.approx(to_scales({name: first[name] for name in SCALES}), rel=1e-5)


def test_no_image_is_predicted_by_what_learned_from_it() -> None:
    """With noise instead of a law, unseen images are predicted worse than seen ones."""
    table = lawful_table(60)
    table["ssim"] = np.random.default_rng(1).uniform(0.3, 1, 60).repeat(4)
    rows = Rows.of(table)
    unseen, _ = predict_unseen(rows, CONFIG, lambda *_: None)
    booster, _ = fit(rows, CONFIG, lambda *_: None)
    errors = [float(np.square((found - rows.targets)[:, 0]).mean()) for found in (unseen, predict(booster, rows))]
    assert errors[0] > 2 * errors[1]


def test_logos_of_one_brand_are_unseen_together() -> None:
    """Variants of one logo say too much of each other."""
    table = lawful_table(60)
    value = np.random.default_rng(1).uniform(0.3, 1, 30)
    number = table["image"].str.removeprefix("image ").astype(int)
    table["ssim"] = value[number // 2]
    table[FEATURE_NAMES[0]] = number // 2
    twins = table.assign(image=[f"brand{n // 2}-{('dark', 'light')[n % 2]}.svg" for n in number])
    errors = []
    for version in (twins, table):
        rows = Rows.of(version)
        errors.append(float(np.square((predict_unseen(rows, CONFIG, lambda *_: None)[0] - rows.targets)[:, 0]).mean()))
    assert errors[0] > errors[1]


def test_rows_count_by_their_weight() -> None:
    """Where the same image and tracing has two outcomes, the prediction lies near the one that counts."""
    table = lawful_table(40)
    other = table.assign(ssim=0.5)
    both = pd.concat([table.assign(weight=1e-3), other.assign(weight=1.0)], ignore_index=True)
    booster, _ = fit(Rows.of(both), CONFIG, lambda *_: None)
    predicted = predict(booster, Rows.of(other))[:, 0]
    assert np.abs(predicted - Rows.of(other).targets[:, 0]).mean() < 0.1
    assert Rows.of(table).weights is None
