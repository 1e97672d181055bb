"""The table of measured real logos: how it is made, and the one that ships."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svgai.decode.pixels import encode_png
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample
from training.data.measured_logos import MEASURED, main, measure_logos, read_measured, treatments
from training.data.parquet_files import write_parquet
from training.data.selection import is_held_out

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><circle cx="12" cy="10" r="8" fill="#c03"/></svg>'
TUNING, HELD_OUT = (next(f"brand{n}" for n in range(50) if is_held_out(f"brand{n}") is held) for held in (False, True))


def test_only_labelled_drawings_of_the_tuning_half_are_measured() -> None:
    """Held-out brands, raster files and unlabelled files leave no row; a logo leaves one for each treatment."""
    samples = [
        Sample("kept", "simple", TUNING, SVG),
        Sample("held", "simple", HELD_OUT, SVG),
        Sample("bare", None, TUNING, SVG),
        Sample("raster", "text", TUNING, encode_png(np.full((8, 8, 4), 90, np.uint8))),
    ]
    table = measure_logos(samples, jobs=1).table
    assert list(table.columns) == ["image", "brand", "kind", *FEATURE_NAMES]
    assert table["image"].tolist() == ["kept"] * len(treatments("kept"))
    assert table["kind"].unique().tolist() == ["simple"]


def test_a_logo_that_cannot_be_drawn_is_left_out() -> None:
    """It is named with the reason, whatever it is that fails, and the others are measured."""
    samples = [
        Sample("broken", "simple", TUNING, SVG.replace(b"/></svg>", b"<")),
        Sample("kept", "simple", TUNING, SVG),
        Sample("sizeless", "simple", TUNING, b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
    ]
    found = measure_logos(samples, jobs=1)
    assert found.table["image"].unique().tolist() == ["kept"]
    assert [name for name, _ in found.left_out] == ["broken", "sizeless"]
    assert "resvg" in found.left_out[0][1]
    assert "viewBox" in found.left_out[1][1]


def test_a_table_of_nothing_is_a_fault() -> None:
    """The former table stays where not one logo could be drawn."""
    with pytest.raises(DatasetFault, match="tuning half"):
        measure_logos([Sample("sizeless", "simple", TUNING, b"<svg></svg>")], jobs=1)


def test_the_first_row_is_the_logo_as_it_is() -> None:
    """At 256 px with its transparency, then on white: what the service would measure of these files."""
    sample = Sample("kept", "simple", TUNING, SVG)
    table = measure_logos([sample], jobs=1).table
    assert table.loc[0, list(FEATURE_NAMES)].to_numpy(float) == pytest.approx(extract_features(sample.rgba()), abs=1e-5)
    assert table.loc[0, "transparent_share"] > 0.5
    assert table.loc[1, "transparent_share"] == 0


def test_treatments_are_the_same_for_a_name() -> None:
    """Five keep transparency or not as promised; other names have other sizes."""
    first = treatments("a")
    assert first == treatments("a")
    assert first != treatments("b")
    assert [one.background is None for one in first] == [True, False, True, True, True, False, False, False]


def test_the_shipped_table_holds_no_held_out_brand() -> None:
    """Every brand is of the tuning half, all types are there, and every number is finite."""
    table = pd.read_parquet(MEASURED)
    assert not any(is_held_out(brand) for brand in table["brand"].unique())
    assert set(table["kind"]) == set(LOGO_TYPES)
    assert np.isfinite(table[list(FEATURE_NAMES)].to_numpy()).all()
    assert MEASURED.stat().st_size < 1_000_000


def test_the_shipped_table_is_read_in_order() -> None:
    """Features in the order of the vector, types as their numbers."""
    table = pd.read_parquet(MEASURED)
    features, labels = read_measured(MEASURED)
    assert features.shape == (len(table), len(FEATURE_NAMES))
    assert features.dtype == np.float32
    assert [LOGO_TYPES[label] for label in labels[:200]] == table["kind"].tolist()[:200]


def test_a_table_of_other_features_or_types_is_a_fault(tmp_path: Path) -> None:
    """The message names the file, whether it is missing or of another version."""
    with pytest.raises(DatasetFault, match=r"gone\.parquet"):
        read_measured(tmp_path / "gone.parquet")
    write_parquet(pd.DataFrame({"kind": ["simple"]}), tmp_path / "old.parquet")
    with pytest.raises(DatasetFault, match=r"old\.parquet"):
        read_measured(tmp_path / "old.parquet")
    renamed = pd.read_parquet(MEASURED).head(2).assign(kind=["simple", "plain"])
    write_parquet(renamed, tmp_path / "renamed.parquet")
    with pytest.raises(DatasetFault, match=r"renamed\.parquet.*plain"):
        read_measured(tmp_path / "renamed.parquet")


def test_the_command_writes_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder and its labels become a table that is read back; a file that cannot be drawn is named."""
    (tmp_path / "logos").mkdir()
    (tmp_path / "logos" / f"{TUNING}.svg").write_bytes(SVG)
    (tmp_path / "logos" / "sizeless.svg").write_bytes(b"<svg></svg>")
    (tmp_path / "labels.json").write_text(f'{{"{TUNING}.svg": "text"}}')
    out = tmp_path / "table.parquet"
    arguments = ["--dataset", str(tmp_path / "logos"), "--labels", str(tmp_path / "labels.json")]
    main([*arguments, "--out", str(out), "--jobs", "1"])
    _, labels = read_measured(out)
    assert set(labels.tolist()) == {LOGO_TYPES.index("text")}
    assert "1 left out:\n  sizeless.svg: " in capsys.readouterr().err
