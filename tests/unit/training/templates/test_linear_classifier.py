"""The template of a classifier of one's own: what it leaves can be served, logged and compared."""

import json
from pathlib import Path

import numpy as np
import pytest

from registry.smoke_tests.serving_smoke_test import predictor
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.training_record import HELD_OUT_FILE, file_sha256, read_record
from training.data.dataset_writer import write_dataset
from training.data.datasets import labelled, load_dataset
from training.fit.held_out_report import METRICS_FILE
from training.templates.linear_classifier import train

pytestmark = pytest.mark.slow


def test_what_the_template_leaves_can_be_served(tmp_path: Path) -> None:
    """By the serving code itself, with a record that names its images, features and types, and better than chance."""
    write_dataset(tmp_path / "drawn", 16, 5, 1, lambda *_: None)
    record = train(labelled(load_dataset(tmp_path / "drawn").samples), tmp_path / "mine", tmp_path / "drawn")
    assert read_record(tmp_path / "mine") == record
    assert record.held_out is not None
    assert record.held_out.sha256 == file_sha256(tmp_path / "mine" / HELD_OUT_FILE)
    assert (record.dataset.name, record.dataset.rows) == ("drawn", 64)
    assert record.metrics["accuracy"] > 1 / len(LOGO_TYPES)
    assert np.isfinite(list(record.metrics.values())).all()
    assert json.loads((tmp_path / "mine" / METRICS_FILE).read_text())["metrics"] == record.metrics
    predictor("classifier", tmp_path / "mine" / record.model_file)()
