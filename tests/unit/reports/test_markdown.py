"""Figures in Markdown documents."""

from pathlib import Path

import pytest

from reports.markdown import number, require_section, table, write_section
from svgai.errors import DatasetFault

DOCUMENT = "# Title\n\n<!-- begin: real -->\nold\n<!-- end: real -->\n\nprose\n"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document with one section."""
    path = tmp_path / "evaluation.md"
    path.write_text(DOCUMENT)
    return path


def test_only_what_is_between_the_marks_is_written_anew(document: Path) -> None:
    """And may be again."""
    for content in ("first", "second\n"):
        write_section(document, "real", content)
    expected = "# Title\n\n<!-- begin: real -->\n\nsecond\n\n<!-- end: real -->\n\nprose\n"
    assert document.read_text() == expected


@pytest.mark.parametrize(
    "text", ["", DOCUMENT.replace("real", "other"), DOCUMENT + DOCUMENT, "<!-- end: real --> <!-- begin: real -->"]
)
def test_a_document_without_a_place_is_a_fault(tmp_path: Path, text: str) -> None:
    """Told before anything is measured: no marks, too many, or the wrong way round."""
    path = tmp_path / "evaluation.md"
    path.write_text(text)
    with pytest.raises(DatasetFault, match="has no place for the report"):
        require_section(path, "real")
    with pytest.raises(DatasetFault, match="has no place"):
        require_section(tmp_path / "none.md", "real")
    assert path.read_text() == text


def test_tables_have_a_header_and_a_row_each() -> None:
    """As Markdown writes them."""
    assert table("a | b", [("1", "2"), ("3", "4")]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"


@pytest.mark.parametrize(
    "value, form, text", [(0.5, ".2f", ".50"), (-0.25, "+.1f", "-.2"), (1.5, ".1f", "1.5"), (0.123, ".0%", "12 %")]
)
def test_numbers_are_written_alike_everywhere(value: float, form: str, text: str) -> None:
    """No zero before the point, and a blank before the sign of percent."""
    assert number(value, form) == text
