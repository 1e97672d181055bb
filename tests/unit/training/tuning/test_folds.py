"""What settings are measured on, with very small trainings."""

from dataclasses import replace

import joblib
import numpy as np
import pytest

from svgai.errors import DatasetFault
from tests.unit.training.fit.classifier.test_train_classifier import quiet, samples
from tests.unit.training.fit.test_train_optimizer import CONFIG, lawful_table
from training.data.datasets import brand_of
from training.data.selection import is_held_out
from training.fit.classifier.network_fit import ClassifierConfig
from training.tuning.folds import ClassifierMaterial, OptimizerMaterial

pytestmark = pytest.mark.slow

FEW = replace(CONFIG, rounds=12)


@pytest.fixture(scope="module")
def tracings() -> OptimizerMaterial:
    return OptimizerMaterial.of(lawful_table(), 3, FEW)


@pytest.fixture(scope="module")
def images() -> ClassifierMaterial:
    with joblib.parallel_config(backend="threading"):
        return ClassifierMaterial.of(samples(12), 3, ClassifierConfig(epochs=1, batch_size=32), quiet)


def test_the_optimizer_is_never_searched_on_held_out_brands(tracings: OptimizerMaterial) -> None:
    """The half that is held out everywhere."""
    assert not any(is_held_out(brand_of(image)) for image in tracings.seen.table["image"])
    assert all(is_held_out(brand_of(image)) for image in tracings.unseen.table["image"])
    assert len(tracings.seen.table) + len(tracings.unseen.table) == len(lawful_table())


def test_the_optimizers_error_tells_settings_apart(tracings: OptimizerMaterial) -> None:
    """More rounds learn a lawful table better; a fold has one error for one setting."""
    few, more = (np.mean([tracings.fold_error({"rounds": n}, fold, 1) for fold in range(3)]) for n in ("2", "40"))
    assert more < 0.8 * few
    assert tracings.fold_error({}, 0, 1) == tracings.fold_error({}, 0, 1)


def test_the_optimizer_is_compared_on_held_out_images_alone(tracings: OptimizerMaterial) -> None:
    """Each has an error, and what the service would have chosen by it."""
    found = tracings.held_out({})
    assert set(found["item"]) == set(tracings.unseen.table["image"])
    assert found["error"].gt(0).all()
    assert {"attainment", "log_bytes_regret"} <= set(found)


def test_the_classifier_is_never_searched_on_what_the_gates_measure(images: ClassifierMaterial) -> None:
    """The parts are those of a training; no image is on two sides."""
    assert len(images.seen.labels) + len(images.unseen.labels) == 48
    assert len(images.unseen_names) == len(images.unseen.labels) > 0
    found = images.held_out({})
    assert list(found["item"]) == [name for name, _ in images.unseen_names]
    assert found["accuracy"].isin([0.0, 1.0]).all()


def test_the_classifiers_error_is_one_for_one_setting(images: ClassifierMaterial) -> None:
    """The same again, another for other settings."""
    first = images.fold_error({}, 1, 1)
    assert first == images.fold_error({}, 1, 1)
    assert first != images.fold_error({"learning_rate": "0.0005"}, 1, 1)


def test_too_few_brands_or_folds_are_a_fault() -> None:
    """Before anything is trained."""
    with pytest.raises(DatasetFault, match="too few brands"):
        OptimizerMaterial.of(lawful_table(), 2000, FEW)
    with pytest.raises(DatasetFault, match="3 folds"):
        ClassifierMaterial.of(samples(12), 2, ClassifierConfig(), quiet)
    with pytest.raises(DatasetFault, match="too few brands"):
        ClassifierMaterial.of(samples(12, brands=1), 3, ClassifierConfig(), quiet)
