"""Methods side by side on a folder of images."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from svgai.conversion_worker import ModelSource
from svgai.errors import DatasetFault, ModelFault
from svgai.images import encode_png
from svgai.quality import Reference
from svgai.settings import Settings
from svgai.vtracer_shapes import trace_with_defaults
from tests.tiny_models import drawn_logo
from training.evaluate import METHODS, Evaluation, draw_comparison, evaluate_folder
from training.selection import is_held_out


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures, one of them labelled, and a broken one."""
    folder = tmp_path_factory.mktemp("dataset")
    for number in range(3):
        (folder / f"logo-{number}.png").write_bytes(encode_png(drawn_logo(number, 32)))
    (folder / "broken.png").write_bytes(b"garbage")
    return folder


@pytest.fixture(scope="module")
def labels(dataset: Path) -> Path:
    """A file of labels outside of the folder."""
    path = dataset.parent / "labels.json"
    path.write_text(json.dumps({"logo-1": "text"}))
    return path


def evaluated(
    dataset: Path,
    models: Path | None = None,
    labels: Path | None = None,
    limit: int = 0,
    target: float | None = None,
    oracle: bool = True,
    held_out: bool = False,
) -> Evaluation:
    folders = ModelSource(models, models) if models else None
    return evaluate_folder(dataset, labels, limit, held_out, 64, target, Settings(), folders, oracle, 1, quiet)


@pytest.fixture(scope="module")
def found(dataset: Path, labels: Path, models_folder: Path) -> Evaluation:
    """The whole folder with models."""
    return evaluated(dataset, models_folder, labels)


def test_each_image_is_converted_by_each_method(found: Evaluation) -> None:
    """Five rows an image, one target for all of them, and what could not be read is told."""
    outcomes = found.outcomes
    assert outcomes.groupby("image")["method"].apply(list).tolist() == [list(METHODS)] * 3
    assert outcomes.groupby("image")["target"].nunique().max() == 1
    assert [name for name, _ in found.skipped] == ["broken.png"]
    assert len(found.samples) == 3


def test_the_default_is_vtracers_own(found: Evaluation) -> None:
    """Its row is what VTracer writes with no option set, measured as everything else is."""
    row = found.outcomes.query("image == 'logo-0' and method == 'default'").iloc[0]
    quality = Reference(drawn_logo(0, 32)).measure(trace_with_defaults(drawn_logo(0, 32)))
    assert (row["ssim"], row["bytes"], row["paths"]) == (quality.ssim, quality.bytes, quality.paths)


def test_the_oracle_is_never_beaten_by_its_own_portfolio(found: Evaluation) -> None:
    """Where the single best tracing or our choice meets the target, the oracle does with no more bytes."""
    for _, rows in found.outcomes.groupby("image"):
        by_method = rows.set_index("method")
        for method in ("single best", "ours"):
            if by_method.loc[method, "met"]:
                assert by_method.loc["oracle", "met"]
                assert by_method.loc["oracle", "bytes"] <= by_method.loc[method, "bytes"]


def test_met_means_ssim_and_colour(found: Evaluation) -> None:
    """As everywhere: the target's ssim within the largest colour difference."""
    outcomes = found.outcomes
    expected = (outcomes["ssim"] >= outcomes["target"]) & (outcomes["delta_e"] <= 3.0)
    assert (outcomes["met"] == expected).all()


def test_accuracy_counts_labelled_images_alone(found: Evaluation) -> None:
    """One label, so all or nothing; recall by type says the same."""
    ours = found.outcomes.query("method == 'ours'").set_index("image")
    right = float(ours.loc["logo-1", "predicted_type"] == "text")
    assert found.accuracy == right
    assert found.recalls() == {"text": right}


def test_without_models_there_is_no_accuracy(dataset: Path, labels: Path) -> None:
    """A classifier that was not asked is not wrong; the other figures are all there."""
    bare = evaluated(dataset, None, labels, oracle=False)
    assert bare.accuracy is None
    assert bare.recalls() == {}
    assert set(bare.outcomes["method"]) == set(METHODS) - {"oracle"}
    assert bare.outcomes["target"].unique().tolist() == [0.95]


def test_the_summary_is_of_means(found: Evaluation) -> None:
    """By method in their order, and by type where the label goes before what the classifier says."""
    summary = found.summary()
    assert tuple(summary.index) == METHODS
    ours = found.outcomes[found.outcomes["method"] == "ours"]
    assert summary.loc["ours", "ssim"] == pytest.approx(ours["ssim"].mean())
    assert summary.loc["ours", "median_bytes"] == ours["bytes"].median()
    assert ("text", "ours") in found.by_type().index


def test_everything_is_json(found: Evaluation) -> None:
    """Strict JSON, without NaN, with every outcome."""
    content = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert content["images"] == 3
    assert len(content["outcomes"]) == 15
    assert set(content["summary"]) == set(METHODS)


def test_a_larger_limit_adds_to_a_smaller_one(dataset: Path) -> None:
    """Which images are taken does not depend on how many, nor on their order on disk."""
    one, two = (set(evaluated(dataset, limit=limit, oracle=False).outcomes["image"]) for limit in (1, 2))
    assert len(one) == 1
    assert len(two) == 2
    assert one < two


def test_held_out_brands_can_be_had_alone(dataset: Path, tmp_path: Path) -> None:
    """Those of the odd half, and a fault where there is none."""
    assert [is_held_out(f"logo-{number}") for number in range(3)] == [False, True, True]
    assert set(evaluated(dataset, oracle=False, held_out=True).outcomes["image"]) == {"logo-1", "logo-2"}
    (tmp_path / "logo-0.png").write_bytes((dataset / "logo-0.png").read_bytes())
    with pytest.raises(DatasetFault, match="no image of a held-out brand"):
        evaluated(tmp_path, oracle=False, held_out=True)


def test_a_target_of_ones_own_counts_for_all(dataset: Path) -> None:
    """In place of the type's."""
    assert evaluated(dataset, limit=1, target=0.5, oracle=False).outcomes["target"].unique().tolist() == [0.5]


def test_wrong_folders_are_faults(tmp_path: Path, dataset: Path) -> None:
    """Before hours of work: no images, no models."""
    with pytest.raises(DatasetFault):
        evaluated(tmp_path)
    with pytest.raises(ModelFault):
        evaluated(dataset, tmp_path)


def test_a_picture_compares_them(found: Evaluation, models_folder: Path, tmp_path: Path) -> None:
    """A PNG with a row for each image, in a folder that is made."""
    out = tmp_path / "new" / "sheet.png"
    draw_comparison(found.samples[:2], None, Settings(), ModelSource(models_folder, models_folder), out, quiet)
    with Image.open(out) as sheet:
        assert sheet.width > 3 * 256
        assert sheet.height > 2 * max(sample.rgba().shape[0] for sample in found.samples[:2])


def test_an_evaluation_of_nothing_labelled_has_no_accuracy(found: Evaluation) -> None:
    """No labels, no figure."""
    bare = Evaluation(found.outcomes.assign(type=""), (), ())
    assert bare.accuracy is None
    assert isinstance(bare.by_type(), pd.DataFrame)


def test_only_what_was_converted_is_drawn(tmp_path: Path) -> None:
    """An image that a method could not trace stays out of the picture, too, and does not end it."""
    (tmp_path / "good.png").write_bytes(encode_png(drawn_logo(0, 32)))
    (tmp_path / "clear.png").write_bytes(encode_png(np.zeros((16, 16, 4), np.uint8)))
    partly = evaluated(tmp_path, oracle=False)
    assert [sample.name for sample in partly.samples] == sorted(set(partly.outcomes["image"]))
    draw_comparison(partly.samples, None, Settings(), None, tmp_path / "sheet.png", quiet)
