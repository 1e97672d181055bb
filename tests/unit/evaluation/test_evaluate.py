"""Methods side by side on a folder of images."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.evaluate import Asked, Images, evaluate_folder
from evaluation.judge.outside_programs import Programs
from evaluation.report.evaluation_figures import Evaluation
from svgai.decode.pixels import encode_png
from svgai.errors import DatasetFault, ModelFault
from svgai.model_files.model_pair import ModelSource
from svgai.settings import Settings
from tests.fakes.tiny_models import drawn_logo, training_table
from training.data.progress import Progress
from training.data.selection import is_held_out

pytestmark = pytest.mark.slow

DISC = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="15" cy="16" r="9" fill="#135"/></svg>'


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """Three pictures, one of them labelled by a file outside of the folder, and a broken one."""
    folder = tmp_path_factory.mktemp("dataset")
    for number in range(3):
        (folder / f"logo-{number}.png").write_bytes(encode_png(drawn_logo(number, 32)))
    (folder / "broken.png").write_bytes(b"garbage")
    labels = folder.parent / "labels.json"
    labels.write_text(json.dumps({"logo-1": "text"}))
    return Images(folder, labels, size=64)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The default targets, without the slow methods."""
    return Asked(training_table(tmp_path_factory.mktemp("table") / "tracings.parquet"), oracle=False)


def evaluated(
    images: Images, asked: Asked, models: Path | None = None, kept: Path | None = None, progress: Progress = quiet
) -> Evaluation:
    source = ModelSource(models, models) if models else None
    return evaluate_folder(images, asked, Settings(), source, kept, 1, progress)


@pytest.fixture(scope="module")
def found(images: Images, asked: Asked, models_folder: Path) -> Evaluation:
    """The whole folder with models, at the default targets and at .9."""
    return evaluated(images, replace(asked, targets=("default", "0.9"), oracle=True), models_folder)


def test_each_image_is_measured_by_each_method_at_each_target(found: Evaluation) -> None:
    """One target an image and question, and what could not be read is told."""
    counts = found.outcomes.groupby(["image", "asked"])["method"].nunique()
    assert counts.tolist() == [8] * 6
    assert found.outcomes.groupby(["image", "asked"])["target"].nunique().max() == 1
    assert set(found.outcomes.loc[found.outcomes["asked"] == "0.9", "target"]) == {0.9}
    assert [name for name, _ in found.skipped] == ["broken.png"]
    assert len(found.samples) == 3


def test_default_targets_are_those_of_the_type(found: Evaluation) -> None:
    """Of the type that the classifier names."""
    default = found.outcomes[found.outcomes["asked"] == "default"]
    targets = Settings().targets
    assert (default["target"] == default["predicted_type"].map(lambda kind: targets[kind])).all()


def test_without_models_there_is_no_accuracy(images: Images, asked: Asked) -> None:
    """A classifier that was not asked is not wrong; the other figures are all there."""
    bare = evaluated(images, asked)
    assert bare.classifier() == {}
    assert "oracle" not in set(bare.outcomes["method"])
    assert bare.outcomes["target"].unique().tolist() == [0.95]


def test_a_larger_limit_adds_to_a_smaller_one(images: Images, asked: Asked) -> None:
    """Which images are taken does not depend on how many, nor on their order on disk."""
    one, two = (set(evaluated(replace(images, limit=limit), asked).outcomes["image"]) for limit in (1, 2))
    assert len(one) == 1
    assert len(two) == 2
    assert one < two


def test_held_out_brands_can_be_had_alone(images: Images, asked: Asked, tmp_path: Path) -> None:
    """Those of the odd half, and a fault where there is none."""
    assert [is_held_out(f"logo-{number}") for number in range(3)] == [False, True, True]
    assert set(evaluated(replace(images, held_out=True), asked).outcomes["image"]) == {"logo-1", "logo-2"}
    (tmp_path / "logo-0.png").write_bytes((images.dataset / "logo-0.png").read_bytes())
    with pytest.raises(DatasetFault, match="no image of a held-out brand"):
        evaluated(Images(tmp_path, held_out=True), asked)


def test_wrong_folders_are_faults(tmp_path: Path, images: Images, asked: Asked) -> None:
    """Before hours of work: no images, no models, no table."""
    with pytest.raises(DatasetFault):
        evaluated(Images(tmp_path), asked)
    with pytest.raises(ModelFault):
        evaluated(images, asked, tmp_path)
    with pytest.raises(DatasetFault, match="not a readable table"):
        evaluated(images, Asked(tmp_path / "none.parquet"))


def test_kept_outcomes_are_not_measured_again(images: Images, asked: Asked, tmp_path: Path) -> None:
    """The same seconds show it; images that are not there yet are added."""
    kept = tmp_path / "outcomes.parquet"
    first = evaluated(replace(images, limit=2), asked, kept=kept).outcomes
    again = evaluated(images, asked, kept=kept).outcomes
    pd.testing.assert_frame_equal(again[again["image"].isin(first["image"])].reset_index(drop=True), first)
    assert again["image"].nunique() == 3


def test_an_interrupted_evaluation_keeps_what_was_finished(images: Images, asked: Asked, tmp_path: Path) -> None:
    """As by Ctrl-C after the second image."""
    kept = tmp_path / "outcomes.parquet"

    def interrupting(stage: str, done: int, _total: int) -> None:
        if stage == "Measuring every method" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluated(images, asked, kept=kept, progress=interrupting)
    assert pd.read_parquet(kept)["image"].nunique() == 2


def test_what_could_not_be_converted_is_no_sample(tmp_path: Path, asked: Asked) -> None:
    """An image that a method could not trace stays out of pictures, too."""
    (tmp_path / "good.png").write_bytes(encode_png(drawn_logo(0, 32)))
    (tmp_path / "clear.png").write_bytes(encode_png(np.zeros((16, 16, 4), np.uint8)))
    partly = evaluated(Images(tmp_path), asked)
    assert [sample.name for sample in partly.samples] == sorted(set(partly.outcomes["image"]))


def test_drawings_are_judged(tmp_path: Path, asked: Asked) -> None:
    """By what they are drawn from; an image beside one of them counts only where drawings are not asked for."""
    (tmp_path / "disc.svg").write_text(DISC)
    (tmp_path / "disc.png").write_bytes(encode_png(drawn_logo(0, 32)))
    judging = replace(asked, judge=Programs())
    drawn = evaluated(Images(tmp_path, size=32, drawings=True), judging)
    assert drawn.judge().loc["default", "all"].index.tolist() == ["default", "default, enlarged", "single best", "ours"]
    assert len(evaluated(Images(tmp_path, size=32), judging).judge()) == 0


def test_a_table_of_other_tracings_is_a_fault(
    images: Images, asked: Asked, models_folder: Path, tmp_path: Path
) -> None:
    """Fixed tracings chosen on it would be no rivals of this optimizer's choice."""
    table = pd.read_parquet(asked.table)
    fewer = tmp_path / "fewer.parquet"
    table[table["tracing"] != table["tracing"].iloc[0]].to_parquet(fewer)
    with pytest.raises(DatasetFault, match="not the table that the optimizer was trained on"):
        evaluated(images, replace(asked, table=fewer), models_folder)
