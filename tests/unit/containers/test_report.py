"""The tables of an image: what is in them, and that every large package has its reason."""

import re
from importlib.metadata import PackageNotFoundError
from importlib.metadata import distribution as installed
from pathlib import Path

import pytest

from containers.engine import Layer
from containers.report import LARGE, Reasons, layers, load_reasons, overview, sizes, unexplained
from svgai.errors import ContainerFault
from tests.fakes.container_images import IMAGE, contents, distribution, package

ROOT = Path(__file__).parents[3]
REASONS = Reasons(python={"numpy": "Holds pixels."}, debian={"libc6": "The C library."})
IN_THE_BASE = {"pip", "setuptools"}
"""Python packages that an image has beside those of the lock."""


def pinned() -> set[str]:
    files = (ROOT / "requirements" / f"serving{variant}.txt" for variant in ("", "-gpu"))
    return {line.split("==")[0] for file in files for line in file.read_text().splitlines()}


def listed_bytes(name: str) -> int:
    """Bytes of what an installed distribution lists; 0 where it is not installed."""
    try:
        files = installed(name).files or []
    except PackageNotFoundError:
        return 0
    places = [Path(str(file.locate())) for file in files if "__pycache__" not in file.parts]
    return sum(place.stat().st_size for place in places if place.is_file())


def test_large_parts_come_first_and_small_ones_are_summed_up() -> None:
    """All rows together are the whole image."""
    small = [distribution(f"small-{number}", 1000) for number in range(3)]
    table = sizes(contents(distributions=[*small, distribution()], interpreter=LARGE), REASONS)
    names = [row[0] for row in table.rows]
    assert names == ["numpy", "libc6", "Python", "6 more"]
    assert table.rows[0] == ("numpy", "Python package", 4.0, "Holds pixels.")
    total = contents(distributions=[*small, distribution()], interpreter=LARGE).total.bytes
    assert sum(float(row[2]) for row in table.rows) == pytest.approx(total / 1e6)


def test_a_large_package_without_a_reason_is_named() -> None:
    """A small one needs none, and what comes with the base image is the base's choice."""
    held = contents(
        distributions=[distribution(), distribution("heavy", LARGE), distribution("light", LARGE - 1)],
        packages=[package(), package("lib-heavy", LARGE)],
    )
    assert unexplained(held, REASONS) == ["heavy"]
    assert "Comes with the base image." in {row[3] for row in sizes(held, REASONS).rows if row[0] == "lib-heavy"}


def test_the_overview_tells_what_was_not_measured() -> None:
    """A size that nobody measured is no number."""
    measured = {row[0]: row[1] for row in overview(IMAGE, contents(), 5_000_000).rows}
    assert measured["compressed (gzip -6), MB"] == 5.0
    assert measured["size on disk, MB"] == 9.5
    assert (measured["volumes"], measured["health check"]) == ("/data", "CMD check")
    assert ("compressed (gzip -6), MB", "not measured") in overview(IMAGE, contents(), None).rows


def test_layers_are_told_as_they_were_written() -> None:
    """Without the builder's own words; small ones are summed up."""
    assert layers(IMAGE).rows == (("ADD file:1 in /", 9.0), ("1 more", 10 / 1e6))
    imported = IMAGE.model_copy(update={"layers": (Layer(command="", bytes=9_000_000),)})
    assert layers(imported).rows == (("imported", 9.0),)


def test_every_large_package_of_the_lock_has_a_reason() -> None:
    """Whoever adds one says why."""
    large = {name for name in pinned() if listed_bytes(name) >= LARGE}
    assert "onnxruntime" in large
    assert large <= set(load_reasons().python)


def test_reasons_are_sentences_about_packages_that_are_there() -> None:
    """Nothing is explained that the lock no longer holds."""
    reasons = load_reasons()
    assert set(reasons.python) <= pinned() | IN_THE_BASE
    assert all(re.fullmatch(r"[A-Za-z].*\.", text) for text in (*reasons.python.values(), *reasons.debian.values()))


@pytest.mark.parametrize("text", ["[", "python: {a: B.}", "python: {a: 1}\ndebian: {}"])
def test_a_file_that_gives_no_reasons_is_a_fault(tmp_path: Path, text: str) -> None:
    """With its name."""
    path = tmp_path / "reasons.yaml"
    path.write_text(text)
    with pytest.raises(ContainerFault, match=r"reasons\.yaml does not give"):
        load_reasons(path)
