"""An SVG beside the drawing that its source image was made of."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.judge.drawing_judge import Judge
from svgai.errors import ProgramFailed, RenderingFailed

WIDTH, HEIGHT = 100, 60
DOT = '<circle cx="80" cy="12" r="2"/>'


def drawing(moved: float = 0, rest: str = DOT, fill: str = "black") -> str:
    """A square at 10, 10, moved to the right by some pixels, and a dot."""
    square = f'<path fill="{fill}" d="M{10 + moved} 10h40v40h-40z"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{square}{rest}</svg>'


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Of the drawing as it is, without butteraugli."""
    return Judge(drawing(), WIDTH, HEIGHT)


def program(folder: Path, says: str) -> str:
    """One that takes two PNG files, as butteraugli does."""
    path = folder / "butteraugli"
    path.write_text(
        f'#!/bin/sh\n[ $# = 2 ] && head -c 4 "$1" | grep -q PNG && head -c 4 "$2" | grep -q PNG && {says}\n'
    )
    path.chmod(0o755)
    return str(path)


def test_the_same_drawing_is_perfect(judge: Judge) -> None:
    """And without the program there is no butteraugli."""
    same = judge.judge(drawing())
    assert same.ssim == pytest.approx(1)
    assert same.edge_distance == 0
    assert same.butteraugli is None


@pytest.mark.parametrize("moved", [0.25, 0.5, 1, -1])
def test_a_shift_is_the_distance_of_edges(judge: Judge, moved: float) -> None:
    """In pixels of the source image, whatever the size at which is judged; less than a pixel is seen."""
    found = judge.judge(drawing(moved, DOT))
    assert found.edge_distance == pytest.approx(abs(moved), abs=0.01)
    assert 0.9 < found.ssim < 1


@pytest.mark.parametrize("rest", ["", DOT + '<circle cx="80" cy="50" r="2"/>'])
def test_a_lost_dot_is_far_off_and_so_is_one_too_many(judge: Judge, rest: str) -> None:
    """Though hardly anything of the picture has changed."""
    found = judge.judge(drawing(rest=rest))
    assert found.ssim > 0.98
    assert found.edge_distance > 20


def test_a_picture_without_edges_is_a_diagonal_away(judge: Judge) -> None:
    """From one that has some; two without are alike."""
    blank = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"/>'
    assert judge.judge(blank).edge_distance == pytest.approx(np.hypot(WIDTH, HEIGHT))
    assert Judge(blank, WIDTH, HEIGHT).judge(blank).edge_distance == 0


def test_what_touches_the_border_has_an_edge_there() -> None:
    """Half a pixel that is missing along the border is seen."""
    full, short = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path d="M0 0h{side}v40H0z"/></svg>'
        for side in (40, 39.5)
    )
    assert Judge(full, 40, 40).judge(short).edge_distance == pytest.approx(0.5, abs=0.01)


def test_an_edge_that_is_a_little_fainter_is_still_there() -> None:
    """A step on either side of the threshold is no fault."""
    pale = Judge(drawing(fill="#b8b8b8"), WIDTH, HEIGHT)
    assert pale.judge(drawing(fill="#cccccc")).edge_distance == 0


def test_butteraugli_is_what_the_program_says(tmp_path: Path) -> None:
    """It is shown both pictures as PNG files."""
    assert Judge(drawing(), WIDTH, HEIGHT, program(tmp_path, "echo 12.5")).judge(drawing()).butteraugli == 12.5


def test_another_program_is_a_fault(tmp_path: Path) -> None:
    """One that writes more than a number, as newer ones do, or that fails."""
    with pytest.raises(ProgramFailed, match="wrote '3-norm: 1' instead of one number"):
        Judge(drawing(), WIDTH, HEIGHT, program(tmp_path, "echo 3-norm: 1")).judge(drawing())
    with pytest.raises(ProgramFailed, match="ended with 2"):
        Judge(drawing(), WIDTH, HEIGHT, program(tmp_path, "exit 2")).judge(drawing())


def test_what_cannot_be_rendered_is_a_fault(judge: Judge) -> None:
    """On either side."""
    with pytest.raises(RenderingFailed):
        judge.judge("no SVG")
    with pytest.raises(RenderingFailed):
        Judge("no SVG", WIDTH, HEIGHT)
