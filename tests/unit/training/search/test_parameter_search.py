"""Tracings measured on images: the table, and going on after a kill."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svgai.decode.pixels import encode_png
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.errors import DatasetFault, InvalidImage
from svgai.measure.quality import Reference
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from tests.fakes.tiny_models import drawn_logo
from training.data.datasets import Sample
from training.search.parameter_search import MEASURES, evaluate_tracings, search, write_table
from training.search.tracing_process import Limits

TRACINGS = (TracingParameters(upscale=1), TracingParameters(upscale=2, simplify=2))


def sample(number: int) -> Sample:
    return Sample(f"simple/{number}", "simple", str(number), encode_png(drawn_logo(number, 24)))


SAMPLES = [sample(number) for number in range(3)]


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def parts(folder: Path) -> dict[str, int]:
    """The parts of a search with the time at which each was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}


@pytest.mark.slow
def test_rows_hold_what_was_measured() -> None:
    """One row a tracing: the image's features, the SVG's quality, the tracing itself."""
    table = evaluate_tracings(SAMPLES[0], TRACINGS)
    assert list(table.columns) == ["image", "kind", "tracing", *FEATURE_NAMES, *MEASURES, "left_out"]
    rgba = SAMPLES[0].rgba()
    for (_, row), parameters in zip(table.iterrows(), TRACINGS, strict=True):
        quality = Reference(rgba).measure(trace(rgba, parameters))
        assert TracingParameters.model_validate_json(row["tracing"]) == parameters
        assert (row["image"], row["kind"]) == ("simple/0", "simple")
        assert (row["ssim"], row["delta_e"], row["bytes"]) == (quality.ssim, quality.delta_e, quality.bytes)
        assert np.allclose(row[list(FEATURE_NAMES)].to_numpy(float), extract_features(rgba))
        assert row["seconds"] > 0
        assert row["left_out"] == ""


def test_a_search_gives_every_image_and_tracing(tmp_path: Path) -> None:
    """With progress from the first to the last image."""
    seen: list[tuple[int, int]] = []
    table = search(SAMPLES, TRACINGS, tmp_path, map, lambda _, done, total: seen.append((done, total))).table
    assert sorted(zip(table["image"], table["tracing"], strict=True)) == sorted(
        (one.name, parameters.model_dump_json()) for one in SAMPLES for parameters in TRACINGS
    )
    assert seen == [(done, 3) for done in range(4)]


def test_what_is_finished_is_never_done_again(tmp_path: Path) -> None:
    """After a kill only the missing images are evaluated; half-written files are ignored and stay harmless."""
    whole = search(SAMPLES, TRACINGS, tmp_path, map, quiet)
    before = parts(tmp_path)
    lost = next(name for name in before if name.startswith("simple-1"))
    (tmp_path / lost).rename(tmp_path / Path(lost).with_suffix(".123.partial").name)
    with (tmp_path / Path(lost).with_suffix(".123.partial").name).open("r+b") as partial:
        partial.truncate(100)
    seen: list[int] = []
    again = search(SAMPLES, TRACINGS, tmp_path, map, lambda _, done, __: seen.append(done))
    after = parts(tmp_path)
    assert seen == [2, 3]
    assert {name: time for name, time in after.items() if name != lost} == {
        name: time for name, time in before.items() if name != lost
    }
    pd.testing.assert_frame_equal(again.table.drop(columns="seconds"), whole.table.drop(columns="seconds"))
    assert (whole.measured, again.measured) == (3, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:100], lambda whole: whole[:-60] + b"\xff" * 52 + whole[-8:]], ids=["end", "footer"]
)
def test_a_damaged_part_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """As after a power cut: whoever removes it has its image alone measured anew."""
    search(SAMPLES, TRACINGS, tmp_path, map, quiet)
    damaged = next(tmp_path.glob("simple-1*.parquet"))
    damaged.write_bytes(damage(damaged.read_bytes()))
    with pytest.raises(DatasetFault, match=f"{damaged.name} is damaged"):
        search(SAMPLES, TRACINGS, tmp_path, map, quiet)
    damaged.unlink()
    assert search(SAMPLES, TRACINGS, tmp_path, map, quiet).measured == 1


def test_a_repeated_search_evaluates_nothing(tmp_path: Path) -> None:
    """The table comes from the parts alone, also when the final table was lost."""
    first = search(SAMPLES, TRACINGS, tmp_path, map, quiet)
    before = parts(tmp_path)
    pd.testing.assert_frame_equal(search(SAMPLES, TRACINGS, tmp_path, map, quiet).table, first.table)
    assert parts(tmp_path) == before


def test_other_tracings_and_images_get_parts_of_their_own(tmp_path: Path) -> None:
    """Nothing measured with one list of tracings is taken for another's."""
    search(SAMPLES[:2], TRACINGS, tmp_path, map, quiet)
    table = search(SAMPLES[:2], TRACINGS[:1], tmp_path, map, quiet).table
    assert len(table) == 2
    assert len(parts(tmp_path)) == 4


def test_names_that_look_alike_stay_apart(tmp_path: Path) -> None:
    """Names that differ only in characters a file name cannot have, or far at the front."""
    names = ("a/b", "a b", "x" * 300 + "same end", "y" * 300 + "same end")
    samples = [Sample(name, None, name, SAMPLES[0].data) for name in names]
    table = search(samples, TRACINGS[:1], tmp_path, map, quiet).table
    assert sorted(table["image"]) == sorted(names)
    assert set(table["kind"]) == {""}


def test_a_fault_keeps_what_was_finished(tmp_path: Path) -> None:
    """An unreadable image stops the search with our error; the images before it are not lost."""
    broken = Sample("simple/broken", "simple", "broken", b"garbage")
    with pytest.raises(InvalidImage):
        search([SAMPLES[0], broken], TRACINGS, tmp_path, map, quiet)
    assert len(parts(tmp_path)) == 1
    assert not list(tmp_path.glob("*.partial"))


def test_nothing_to_search_is_a_fault(tmp_path: Path) -> None:
    """No images, or no tracing that succeeds."""
    with pytest.raises(DatasetFault, match="no images"):
        search([], TRACINGS, tmp_path, map, quiet)
    with pytest.raises(DatasetFault, match="no tracing of any image"):
        search(SAMPLES[:1], (), tmp_path, map, quiet)


def test_tables_are_written_whole_and_narrow(tmp_path: Path) -> None:
    """Numbers take 32 bits, a table that was there is replaced, nothing else is left."""
    path = tmp_path / "table.parquet"
    for value in (1.5, 2.5):
        write_table(pd.DataFrame({"image": ["a"], "ssim": [value], "bytes": [7]}), path)
    table = pd.read_parquet(path)
    assert table["ssim"].dtype == np.float32
    assert table.iloc[0].tolist() == ["a", 2.5, 7]
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.parquet"]


def test_another_image_of_the_same_name_is_measured_anew(tmp_path: Path) -> None:
    """Another folder, or another generator, may call its images alike."""
    first = search(SAMPLES[:1], TRACINGS, tmp_path, map, quiet)
    namesake = Sample(SAMPLES[0].name, "simple", "0", SAMPLES[1].data)
    table = search([namesake], TRACINGS, tmp_path, map, quiet).table
    expected = evaluate_tracings(namesake, TRACINGS)
    assert table["bytes"].tolist() == expected["bytes"].tolist() != first.table["bytes"].tolist()


@pytest.mark.slow
def test_what_a_limit_stops_is_no_row_but_counted(tmp_path: Path) -> None:
    """By reason, also when the parts are taken over; the other tracings keep their rows and whole numbers."""
    sizes = evaluate_tracings(SAMPLES[0], TRACINGS)["bytes"]
    between = Limits(bytes=int(sizes.mean()))
    for _ in range(2):
        found = search(SAMPLES[:1], TRACINGS, tmp_path, map, quiet, limits=between)
        assert found.table["bytes"].tolist() == [sizes.min()]
        assert found.table["bytes"].dtype == np.int64
        assert found.left_out == {"too large": 1}
    assert "left_out" not in found.table.columns


def test_other_limits_get_parts_of_their_own(tmp_path: Path) -> None:
    """What a limit left out is measured when the limit is raised."""
    with pytest.raises(DatasetFault, match="no tracing of any image"):
        search(SAMPLES[:1], TRACINGS, tmp_path, map, quiet, limits=Limits(bytes=1))
    assert len(search(SAMPLES[:1], TRACINGS, tmp_path, map, quiet).table) == 2
