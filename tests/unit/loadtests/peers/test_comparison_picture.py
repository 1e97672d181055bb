"""Latency against rate, drawn."""

from pathlib import Path

import pytest
from PIL import Image

from loadtests.peers.comparison_figures import curves
from loadtests.peers.comparison_picture import latency_figure, write_picture
from tests.fakes.load_cases import comparison


def test_every_peer_is_a_curve_in_both_panels() -> None:
    """With a point for each rate that it sustained."""
    found = curves(comparison())
    panels = latency_figure(found).axes
    assert [panel.get_title() for panel in panels] == ["p50", "p99"]
    for panel in panels:
        shown, names = panel.get_legend_handles_labels()
        assert names == list(found)
        assert len(shown) == len(found)


@pytest.mark.slow
def test_the_picture_is_a_file_in_a_folder_that_is_made(tmp_path: Path) -> None:
    """As the report links to it."""
    path = tmp_path / "images" / "peers.png"
    write_picture(curves(comparison()), path)
    with Image.open(path) as picture:
        assert picture.width > 300
