"""The commands that need no service."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.benchmarks.scaling_benchmarks import app, read_costs, read_stores
from loadtests.scaling.image_costs import ImageCosts
from loadtests.scaling.shared_stores import StoreCosts
from svgai.errors import DatasetFault

COSTS = ImageCosts(256, 0.004, 0.005, 0.3, (0.1, 0.2, 0.6), memory_mb=612, sent_bytes=20_000, answered_bytes=1_500)


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    path = tmp_path / "costs.json"
    path.write_text(json.dumps({"real logos": [asdict(COSTS)]}), encoding="utf-8")
    return path


def test_capacity_is_of_what_was_measured(measured: Path, tmp_path: Path) -> None:
    """At the price that is named."""
    shared = tmp_path / "stores.json"
    shared.write_text(json.dumps(asdict(StoreCosts(3_000, 2_500, 2, 1_000))), encoding="utf-8")
    words = ["capacity", "--costs", str(measured), "--stores", str(shared), "--price", "0.1", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    _, hundred, _ = json.loads(done.output)["real logos"]
    assert (hundred["services"], hundred["cores"]) == (25, 50)
    assert hundred["month"] == pytest.approx(50 * 0.1 * 730)


@pytest.mark.parametrize("text", ["", "[]", '{"real logos": [{"side": 1}]}'])
def test_another_file_holds_no_costs(text: str, tmp_path: Path) -> None:
    """What to do is said."""
    path = tmp_path / "costs.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetFault, match="`scaling costs` measures them"):
        read_costs(path)
    with pytest.raises(DatasetFault, match="`scaling stores` measures it"):
        read_stores(path)
