"""One fixed tracing against VTracer's defaults and flat fills, on labelled images."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.evaluate_tracing import draw_tracings, evaluate_tracings
from evaluation.report.tracing_figures import METHODS, TracingEvaluation
from svgai.decode.pixels import encode_png
from svgai.errors import DatasetFault
from svgai.measure.quality import Reference
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from svgai.trace.vtracer.shapes import trace_with_defaults
from tests.fakes.tiny_models import drawn_logo
from training.data.selection import is_held_out

pytestmark = pytest.mark.slow

SIDE = 24


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def evaluated(
    dataset: Path, labels: Path | None = None, per_type: int = 0, held_out: bool = False, transparent: bool = False
) -> TracingEvaluation:
    return evaluate_tracings(dataset, labels, per_type, 64, held_out, transparent, 1, quiet)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two texts, a simple one, one that nobody labelled, and a broken one."""
    folder = tmp_path_factory.mktemp("dataset")
    for number in range(4):
        (folder / f"logo{number}.png").write_bytes(encode_png(drawn_logo(number, SIDE)))
    (folder / "broken.png").write_bytes(b"garbage")
    return folder


@pytest.fixture(scope="module")
def labels(dataset: Path) -> Path:
    """A file of labels outside of the folder."""
    path = dataset.parent / "labels.json"
    path.write_text(json.dumps({"logo0": "text", "logo1.png": "text", "logo2": "simple", "broken.png": "text"}))
    return path


@pytest.fixture(scope="module")
def found(dataset: Path, labels: Path) -> TracingEvaluation:
    """The whole folder."""
    return evaluated(dataset, labels)


def test_labelled_images_are_traced_by_each_method(found: TracingEvaluation) -> None:
    """One row for each method with the flat fills of the type; what could not be read is told."""
    compared = found.compared()
    assert sorted(set(compared["image"])) == ["logo0", "logo1", "logo2"]
    assert compared.groupby("image")["method"].apply(list).tolist() == [list(METHODS)] * 3
    assert dict(zip(compared["image"], compared["type"], strict=True))["logo2"] == "simple"
    assert set(found.chosen()) == {"text", "simple"}
    assert [name for name, _ in found.skipped] == ["broken.png"]


def test_methods_are_what_they_say(found: TracingEvaluation) -> None:
    """Measured as everything else is: VTracer's own writer, the named flat fills, the defaults of our parameters."""
    rgba = drawn_logo(2, SIDE)
    flat = found.flat_fills[found.chosen()["simple"]]
    expected = {
        "default": trace_with_defaults(rgba),
        "flat fills": trace(rgba, flat),
        "ours": trace(rgba, TracingParameters()),
    }
    rows = found.compared().query("image == 'logo2'").set_index("method")
    for method, svg in expected.items():
        row = rows.loc[method]
        quality = Reference(rgba).measure(svg)
        assert (row["ssim"], row["edge_ssim"], row["delta_e"]) == (quality.ssim, quality.edge_ssim, quality.delta_e)
        assert (row["bytes"], row["paths"]) == (quality.bytes, quality.paths)
        assert row["seconds"] > 0


def test_images_are_laid_on_white(tmp_path: Path) -> None:
    """Unless their transparency is kept: then they are measured on black, too, and cut out."""
    rgba = drawn_logo(1, SIDE)
    rgba[: SIDE // 2, :, 3] = 0
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "clear.png").write_bytes(encode_png(rgba))
    white = rgba.copy()
    white[: SIDE // 2] = 255
    for transparent, pixels in ((False, white), (True, rgba)):
        ours = evaluated(tmp_path, transparent=transparent).compared().query("method == 'ours'").iloc[0]
        quality = Reference(pixels).measure(trace(pixels, TracingParameters()))
        assert (ours["ssim"], ours["bytes"]) == (quality.ssim, quality.bytes)


def test_more_images_add_to_fewer(dataset: Path, labels: Path) -> None:
    """At most so many of each type."""
    one, two = (evaluated(dataset, labels, per_type).samples for per_type in (1, 2))
    assert [sample.kind for sample in one] == ["simple", "text"]
    assert len(two) == 3
    assert set(one) < set(two)


def test_held_out_brands_can_be_had_alone(dataset: Path, labels: Path, found: TracingEvaluation) -> None:
    """Those of the odd half, and a fault where there is none."""
    odd = {sample.name for sample in found.samples if is_held_out(sample.brand)}
    assert 0 < len(odd) < len(found.samples)
    assert {sample.name for sample in evaluated(dataset, labels, held_out=True).samples} == odd


def test_an_image_that_a_method_cannot_trace_is_told(tmp_path: Path) -> None:
    """It stays out for all methods, and does not end the others."""
    folder = tmp_path / "simple"
    folder.mkdir()
    (folder / "good.png").write_bytes(encode_png(drawn_logo(0, SIDE)))
    (folder / "clear.png").write_bytes(encode_png(np.zeros((16, 16, 4), np.uint8)))
    partly = evaluated(tmp_path, transparent=True)
    assert [name for name, _ in partly.skipped] == ["simple/clear"]
    assert [sample.name for sample in partly.samples] == ["simple/good"]
    assert set(partly.compared()["image"]) == {"simple/good"}


def test_wrong_folders_and_labels_are_faults(tmp_path: Path, dataset: Path) -> None:
    """Before any tracing: no folder, no types, a type that there is not, nothing held out."""
    with pytest.raises(DatasetFault, match="is not a folder"):
        evaluated(tmp_path / "nowhere")
    with pytest.raises(DatasetFault, match="no image that has a type"):
        evaluated(dataset)
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps({"logo0": "logotype"}))
    with pytest.raises(DatasetFault, match="'logotype'; the types are simple"):
        evaluated(dataset, labels)
    tuned = next(name for name in (f"logo{number}" for number in range(4)) if not is_held_out(name))
    labels.write_text(json.dumps({tuned: "text"}))
    with pytest.raises(DatasetFault, match="no image of a held-out brand"):
        evaluated(dataset, labels, held_out=True)


def test_a_picture_shows_some_of_each_type(found: TracingEvaluation, tmp_path: Path) -> None:
    """A row for each image, ten at most, in a folder that is made."""
    out = tmp_path / "new" / "sheet.png"
    told: list[int] = []
    draw_tracings(found.samples * 4, False, out, lambda _stage, _done, total: told.append(total))
    assert told == [5] * 5  # three simple, two text
    with Image.open(out) as sheet:
        assert sheet.width > 3 * 256
        assert sheet.height > 5 * 2 * SIDE
