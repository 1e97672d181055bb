"""PDF and EPS beside the SVG."""

import os
import re
from pathlib import Path

import pytest

from commands.folders.file_work import Task, Work
from commands.folders.print_formats import formats_of, in_format, require_formats
from svgai.errors import RenderingFailed
from tests.fakes.fake_converter import FakeConverter

try:
    import cairosvg  # noqa: F401
except OSError:  # without the Cairo library
    if "CI" in os.environ:
        raise
    pytest.skip("the Cairo library is not installed", allow_module_level=True)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48" viewBox="0 0 96 48">'
    '<path fill="#d22630" d="m0 0h96v48z"/></svg>'
)


def test_both_hold_the_vectors_at_their_size() -> None:
    """A picture of 96 by 48 pixels is 72 by 36 points; there is no image in either."""
    require_formats(("pdf", "eps"))
    pdf, eps = in_format(SVG, "pdf"), in_format(SVG, "eps")
    assert pdf.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox\s*\[\s*0 0 72 36\s*\]", pdf)
    assert b"/Subtype /Image" not in pdf
    assert eps.startswith(b"%!PS-Adobe-3.0 EPSF-3.0")
    assert re.search(rb"%%BoundingBox: 0 \d+ 72 \d+", eps)


def test_what_would_be_drawn_otherwise_is_refused() -> None:
    """A mask, with what to ask for."""
    with pytest.raises(RenderingFailed, match="--background"):
        in_format(SVG.replace("<path", '<mask id="a"/><path'), "pdf")


def test_formats_are_named_with_commas() -> None:
    """SVG is always written; an unknown one is refused by its name."""
    assert formats_of("svg, EPS,pdf") == ("pdf", "eps")
    assert formats_of("svg") == ()
    with pytest.raises(ValueError, match="'ai' is none of svg, pdf, eps"):
        formats_of("svg,ai")


def test_files_are_done_when_all_their_formats_are(tmp_path: Path) -> None:
    """One that was taken away is made again."""
    (tmp_path / "a.png").write_bytes(b"image")
    work = Work(str(tmp_path), FakeConverter(as_drawing=True), ("pdf",))
    first = work(Task("a.png", str(tmp_path / "a.png"), "a.svg"))
    assert (first.error, (tmp_path / "a.pdf").read_bytes()[:5]) == ("", b"%PDF-")
    task = Task("a.png", str(tmp_path / "a.png"), "a.svg", first.key)
    assert work(task).state == "skipped"
    (tmp_path / "a.pdf").unlink()
    assert work(task).state == "converted"
    assert Work(str(tmp_path), FakeConverter(as_drawing=True))(task).state == "converted"
