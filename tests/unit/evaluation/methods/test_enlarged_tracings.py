"""Other tracers on the enlarged image."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.methods.enlarged_tracings import potrace_enlarged, trace_enlarged
from evaluation.methods.one_colour import OneColour
from svgai.array_types import Pixels
from svgai.errors import ProgramFailed
from svgai.measure.quality import Reference
from svgai.measure.rendering import render
from svgai.trace.vtracer.shapes import trace_with_defaults

DISC = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 32"><circle cx="20" cy="16" r="11" fill="#c03"/></svg>'
INK = np.array([0xCC, 0, 0x33], np.uint8)


def disc() -> Pixels:
    return render(DISC, 48, 32)


def test_vtracer_comes_closer_on_the_enlarged_image() -> None:
    """On clear ground too, and its SVG has the size of the image, not that of the enlarged one."""
    reference = Reference(disc())
    enlarged = trace_enlarged(disc())
    assert 'viewBox="0 0 48 32"' in enlarged
    assert reference.measure(enlarged).ssim > reference.measure(trace_with_defaults(disc())).ssim
    assert reference.measure(enlarged).ssim > 0.95


ECHO = """#!/bin/sh
while [ $# -gt 2 ]; do said="$said $1"; shift; done
echo "<svg><!--$said$(head -n 2 | tr '\\n' ' ')--><g fill='ink'/></svg>"
"""


def potrace(folder: Path, script: str = ECHO) -> str:
    """A program that tells how it was called, and the header of the bitmap that it was given."""
    path = folder / "potrace"
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("ground", [None, (255, 255, 255)])
def test_potrace_gets_the_enlarged_bitmap_and_the_ink(tmp_path: Path, ground: tuple[int, ...] | None) -> None:
    """With a resolution at which one of its points is a pixel of the image; white needs no ground."""
    of_one_colour = OneColour(INK, None if ground is None else np.array(ground, np.uint8), np.zeros((8, 6), np.float32))
    svg = potrace_enlarged(of_one_colour, potrace(tmp_path))
    assert "--svg --resolution 288 --color #cc0033" in svg
    assert "P4 24 32" in svg
    assert "<path" not in svg


def test_another_ground_lies_below(tmp_path: Path) -> None:
    """Potrace itself draws the ink alone."""
    svg = potrace_enlarged(
        OneColour(INK, np.array([0, 16, 255], np.uint8), np.zeros((8, 6), np.float32)), potrace(tmp_path)
    )
    assert '<path fill="#0010ff" d="M0 0h6v8H0z"/>\n<g ' in svg


def test_a_failing_potrace_is_a_fault(tmp_path: Path) -> None:
    """With its name."""
    found = OneColour(INK, None, np.zeros((8, 6), np.float32))
    with pytest.raises(ProgramFailed, match="potrace ended with 1"):
        potrace_enlarged(found, potrace(tmp_path, "#!/bin/sh\nexit 1\n"))
