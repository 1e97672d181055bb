"""`svgai image`: what it shows, writes and refuses, with an engine that is a small program on PATH."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from svgai.errors import ContainerFault, DatasetFault
from tests.fakes.container_images import install_engine, write_files

Image = Callable[..., Result]


@pytest.fixture
def image(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Image:
    """Calls `svgai image` in an empty folder of a machine that has podman."""
    root = clean_environment / "root"
    write_files(root)
    install_engine("podman", clean_environment / "programs", root)
    monkeypatch.setenv("PATH", str(clean_environment / "programs"))
    return lambda *arguments: CliRunner().invoke(cli.app, ["image", "svgai:1", *arguments])


@pytest.mark.slow
def test_machines_get_all_of_it(image: Image) -> None:
    """The image, its compressed size, and what it holds."""
    told = json.loads(image("--json").stdout)
    assert told["image"]["user"] == "bentoml"
    assert 0 < told["compressed_bytes"] < 600_000
    assert [one["name"] for one in told["contents"]["distributions"]] == ["tiny"]


def test_people_get_tables(image: Image) -> None:
    """The compressed size is left out where it is not wanted."""
    done = image("--no-compressed")
    assert done.exit_code == 0
    assert all(words in done.stderr for words in ("What takes the space", "Layers", "not measured"))


def test_the_report_takes_the_place_between_its_marks(image: Image) -> None:
    """All else stays."""
    page = Path("image.md")
    page.write_text("before\n<!-- begin: image -->\nold\n<!-- end: image -->\nafter\n")
    assert image("--no-compressed", "--report", "image.md").exit_code == 0
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "### What takes the space" in text
    assert "old" not in text


def test_a_page_without_a_place_is_refused_first(image: Image) -> None:
    """Before anything is measured."""
    Path("image.md").write_text("no marks\n")
    assert isinstance(image("--report", "image.md").exception, DatasetFault)


@pytest.mark.slow
def test_a_large_package_without_a_reason_is_refused(image: Image) -> None:
    """After it was shown; the report is not written."""
    heavy = Path("root/app/.venv/lib/python3.11/site-packages/tiny.py")
    heavy.write_bytes(b"#" * 1_000_000)
    page = Path("image.md")
    page.write_text("<!-- begin: image -->\n<!-- end: image -->\n")
    done = image("--no-compressed", "--report", "image.md")
    assert isinstance(done.exception, ContainerFault)
    assert "image holds tiny:" in str(done.exception)
    assert "What takes the space" in done.stderr
    assert page.read_text() == "<!-- begin: image -->\n<!-- end: image -->\n"


def test_an_engine_that_is_no_engine_is_a_wrong_option(image: Image) -> None:
    """The message lists those that are."""
    done = image("--engine", "rkt")
    assert done.exit_code == 2
    assert "podman, docker" in done.stderr
