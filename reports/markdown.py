"""Measured figures in Markdown documents: tables, numbers, and generated sections between two marks."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from svgai.errors import DatasetFault
from svgai.whole_files import write_whole


def require_section(document: Path, section: str) -> None:
    """
    Check that a document has the marks of a section, before anything is measured.

    Raises:
        DatasetFault: there is no such document, or it does not have exactly one pair of marks for the section.
    """
    begin, end = _marks(section)
    text = document.read_text(encoding="utf-8") if document.is_file() else ""
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise DatasetFault(f"{document} has no place for the report: it needs one line {begin} and one {end} after it")


def write_section(document: Path, section: str, content: str) -> None:
    """
    Replace the content between the marks of a section; the rest is unchanged.

    Raises:
        DatasetFault: the document has no marks for it.
    """
    require_section(document, section)
    begin, end = _marks(section)
    text = document.read_text(encoding="utf-8")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    content = content.strip("\n")
    write_whole(document, f"{before}{begin}\n\n{content}\n\n{end}{after}")


def table(header: str, rows: Iterable[Sequence[str]]) -> str:
    """A table; `header` is its first line without the outer bars."""
    lines = [f"| {header} |", "|" + "---|" * (header.count("|") + 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def number(value: float, form: str) -> str:
    """Numbers in the documents' style: no zero before the point, a space before the percent sign."""
    if form.endswith("%"):
        return format(value, form).replace("%", " %")
    return re.sub(r"^([+-]?)0\.", r"\1.", format(value, form))


def _marks(section: str) -> tuple[str, str]:
    return f"<!-- begin: {section} -->", f"<!-- end: {section} -->"
