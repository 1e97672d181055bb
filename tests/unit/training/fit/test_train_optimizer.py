"""A real training of the surrogate on a small table whose law is known."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svgai.choose.optimizer import load_optimizer
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.training_record import HELD_OUT_FILE, TrainingRecord, read_record
from svgai.trace.parameters import TracingParameters
from training.fit.held_out_report import METRICS_FILE
from training.fit.surrogate import OptimizerConfig
from training.fit.train_optimizer import table_digest, train_optimizer
from training.search.parameter_search import MEASURES

pytestmark = pytest.mark.slow

TRACINGS = tuple(TracingParameters(simplify=simplify) for simplify in (0.5, 1.0, 2.0, 3.0))
CONFIG = OptimizerConfig(rounds=25, max_depth=4, learning_rate=0.3, min_child_weight=1, colsample_bytree=1)


def lawful_table(images: int = 80, seed: int = 0) -> pd.DataFrame:
    """Rows of parameter_search where quality falls with simplifying, faster for images of many colours."""
    draw = np.random.default_rng(seed)
    rows = []
    for image in range(images):
        features = dict(zip(FEATURE_NAMES, map(float, draw.uniform(0, 1, len(FEATURE_NAMES))), strict=True))
        for parameters in TRACINGS:
            loss = 0.02 + 0.05 * parameters.simplify * features["log_colours"] + draw.uniform(0, 0.005)
            row = {
                "image": f"image {image}",
                "kind": LOGO_TYPES[image % 4],
                "tracing": parameters.model_dump_json(),
                **features,
                **dict.fromkeys(MEASURES, 1.0),
            }
            size = int(6000 * (1.5 - loss) / parameters.simplify)
            rows.append(row | {"ssim": 1 - loss, "worst": 1 - 3 * loss, "delta_e": 20 * loss, "bytes": size})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainingRecord, list[tuple[str, int, int]]]:
    """The folder, the record and the progress of one training."""
    folder = tmp_path_factory.mktemp("optimizer")
    seen: list[tuple[str, int, int]] = []
    record = train_optimizer(lawful_table(), folder, CONFIG, "a law", lambda *step: seen.append(step))
    return folder, record, seen


def test_the_record_is_complete(trained: tuple[Path, TrainingRecord, list[tuple[str, int, int]]]) -> None:
    """What was trained, on what, how well: all that the registry logs, read back as it was returned."""
    folder, record, seen = trained
    assert read_record(folder) == record
    assert (record.kind, record.model_file) == ("optimizer", "optimizer.xgb")
    assert (record.features, record.classes) == (FEATURE_NAMES, LOGO_TYPES)
    assert (record.dataset.rows, record.dataset.source) == (320, "a law")
    assert record.parameters["rounds"] == 25
    assert (record.parameters["images"], record.parameters["tracings"]) == (80, 4)
    targets = ("ssim", "worst", "edge_ssim", "delta_e", "log_bytes", "seconds")
    assert {f"{target}_{figure}" for target in targets for figure in ("r2", "mae")} | {
        "ssim_rank_correlation",
        "ssim_low_coverage",
        *(f"ssim_low_coverage_{kind}" for kind in LOGO_TYPES),
        "attainment",
        "log_bytes_regret",
    } == set(record.metrics)
    outcomes = pd.read_parquet(folder / HELD_OUT_FILE)
    assert record.held_out is not None
    assert len(outcomes) == record.held_out.items == 80
    assert record.metrics["attainment"] == outcomes["attainment"].mean()
    assert record.metrics["log_bytes_regret"] == outcomes["log_bytes_regret"].mean()
    assert {path.name for path in (folder / "figures").iterdir()} == {"importance.png"}
    report = json.loads((folder / METRICS_FILE).read_text())
    assert report["metrics"] == record.metrics
    assert {row["quantity"] for row in report["tables"]["errors"]} == set(targets)
    assert len(record.history) == 25
    assert [(done, total) for name, done, total in seen if name == "Measuring on unseen images"] == [
        (done + 1, 75) for done in range(75)
    ]
    assert [(done, total) for name, done, total in seen if name == "Training the optimizer"] == [
        (done + 1, 25) for done in range(25)
    ]


def test_the_law_is_learned(trained: tuple[Path, TrainingRecord, list[tuple[str, int, int]]]) -> None:
    """Held-out images are predicted, and the error fell while training."""
    _, record, _ = trained
    assert record.metrics["ssim_r2"] > 0.5
    assert record.metrics["worst_r2"] > 0.5
    assert record.metrics["log_bytes_r2"] > 0.8
    assert record.metrics["ssim_rank_correlation"] > 0.6
    assert record.history[-1]["held_out_error"] < record.history[0]["held_out_error"]


def test_the_file_serves(trained: tuple[Path, TrainingRecord, list[tuple[str, int, int]]]) -> None:
    """It loads as the service loads it, proposes the table's tracings and predicts as was measured."""
    folder, _, _ = trained
    optimizer = load_optimizer(folder / "optimizer.xgb", "1")
    assert optimizer.portfolio == TRACINGS
    features = np.full((1, len(FEATURE_NAMES)), 0.5, np.float32)
    found = optimizer.predict(features, ["simple"])[0].candidates
    by_simplify = sorted(found, key=lambda candidate: candidate.parameters.simplify)
    assert [candidate.bytes for candidate in by_simplify] == sorted((c.bytes for c in found), reverse=True)
    assert [candidate.ssim for candidate in by_simplify] == sorted((c.ssim for c in found), reverse=True)
    assert by_simplify[0].ssim == pytest.approx(1 - 0.0325 - 0.0025, abs=0.02)


def test_lower_bounds_hold_about_as_often_as_promised(
    trained: tuple[Path, TrainingRecord, list[tuple[str, int, int]]],
) -> None:
    """On images that nothing was fitted to; eighty of them, so not to the last percent."""
    _, record, _ = trained
    assert record.metrics["ssim_low_coverage"] >= 0.8


def test_too_few_images_are_a_fault(tmp_path: Path) -> None:
    """Four parts of them could not be told apart; nothing is left that looks like a training."""
    with pytest.raises(DatasetFault, match="at least 40 images; this one has 39"):
        train_optimizer(lawful_table(39), tmp_path, CONFIG, "a law", lambda *_: None)
    assert not (tmp_path / "training.json").exists()


def test_images_that_cannot_be_told_apart_are_a_fault(tmp_path: Path) -> None:
    """All of one brand: no part of them would be unseen."""
    table = lawful_table(40)
    variants = table["image"].str.replace("image ", "acme-icon-")
    with pytest.raises(DatasetFault, match="at least 3 brands; this table has images of 1"):
        train_optimizer(table.assign(image=variants), tmp_path, CONFIG, "a law", lambda *_: None)


def test_a_table_without_a_whole_image_is_a_fault(tmp_path: Path) -> None:
    """Nothing tells how the errors of its tracings go together."""
    table = lawful_table(40)
    image, tracing = (table[name].factorize()[0] for name in ("image", "tracing"))
    with pytest.raises(DatasetFault, match="no image that all tracings were measured on"):
        train_optimizer(table[tracing == image % 4], tmp_path, CONFIG, "a law", lambda *_: None)


@pytest.mark.parametrize("missing", ["image", "kind", "tracing", "ssim", "worst", FEATURE_NAMES[3]])
def test_a_table_of_another_kind_is_a_fault(tmp_path: Path, missing: str) -> None:
    """The message names the column that is not there."""
    with pytest.raises(DatasetFault, match=missing):
        train_optimizer(lawful_table(40).drop(columns=missing), tmp_path, CONFIG, "a law", lambda *_: None)


def test_a_table_of_another_version_is_a_fault(tmp_path: Path) -> None:
    """Tracings with options that are gone cannot be learned from."""
    table = lawful_table(40).assign(tracing='{"unheard_of": 1}')
    with pytest.raises(DatasetFault, match="of another version"):
        train_optimizer(table, tmp_path, CONFIG, "a law", lambda *_: None)


def test_the_digest_changes_with_the_table(trained: tuple[Path, TrainingRecord, list[tuple[str, int, int]]]) -> None:
    """One measured value is enough."""
    _, record, _ = trained
    table = lawful_table()
    assert table_digest(table) == record.dataset.digest
    table.loc[5, "ssim"] += 1e-6
    assert table_digest(table) != record.dataset.digest


def test_a_training_that_was_broken_off_leaves_no_record(tmp_path: Path) -> None:
    """Not that of an earlier training either, whose model file is no longer there."""
    train_optimizer(lawful_table(), tmp_path, replace(CONFIG, rounds=2), "a law", lambda *_: None)
    shutil.rmtree(tmp_path / "figures")
    (tmp_path / "figures").write_text("in the way")
    with pytest.raises(FileExistsError):
        train_optimizer(lawful_table(seed=1), tmp_path, replace(CONFIG, rounds=2), "a law", lambda *_: None)
    assert not (tmp_path / "training.json").exists()
