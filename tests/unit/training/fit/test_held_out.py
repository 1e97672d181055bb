"""The outcomes of held-out items beside a model."""

from pathlib import Path

import numpy as np
import pandas as pd

from svgai.model_files.training_record import HELD_OUT_FILE, file_sha256
from training.fit.held_out import held_out_metrics, write_held_out

OUTCOMES = pd.DataFrame(
    {
        "item": ["a", "b", "c"],
        "brand": ["a", "b", "c"],
        "type": ["text", "text", "simple"],
        "accuracy": [1.0, 0.0, 1.0],
        "recall_text": [1.0, 0.0, np.nan],
        "recall_gradient": [np.nan, np.nan, np.nan],
    }
)


def test_metrics_are_means_over_what_was_measured() -> None:
    """Items that an outcome says nothing of do not count, and nothing at all is no metric."""
    assert held_out_metrics(OUTCOMES) == {"accuracy": 2 / 3, "recall_text": 0.5}


def test_outcomes_are_kept_with_what_vouches_for_them(tmp_path: Path) -> None:
    """The file is read back as it was, and the record knows its content."""
    kept = write_held_out(tmp_path, OUTCOMES, "the same items")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / HELD_OUT_FILE), OUTCOMES)
    assert (kept.items, kept.digest) == (3, "the same items")
    assert kept.sha256 == file_sha256(tmp_path / HELD_OUT_FILE)
