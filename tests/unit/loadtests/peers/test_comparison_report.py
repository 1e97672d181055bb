"""A comparison as a section of a document."""

from dataclasses import replace
from importlib import metadata
from pathlib import Path

from loadtests.peers.comparison import Comparison
from loadtests.peers.comparison_figures import table
from loadtests.peers.comparison_report import HEADER, cells, report
from reports.markdown import write_section
from tests.fakes.load_cases import comparison

DOCUMENT = "# Title\n\n<!-- begin: peers -->\nold\n<!-- end: peers -->\n\nprose\n"


def written(found: Comparison, folder: Path) -> str:
    """The report of a comparison for a page in this folder."""
    picture = folder / "images" / "peers-latency.png"
    return report(found, "python -m commands.benchmarks.compare", "8 images.", picture, folder / "page.md")


def test_a_report_tells_how_it_was_made_and_with_what(tmp_path: Path) -> None:
    """Command, images, versions and rate, the table, what is left out, and the picture."""
    lines = written(comparison(), tmp_path).split("\n\n")
    assert lines[0] == "    python -m commands.benchmarks.compare"
    assert lines[1].startswith(f"8 images. bentoml {metadata.version('bentoml')}, fastapi 0.")
    assert "at 70.3 requests a second, 70 % of the slowest" in lines[2]
    assert lines[-2] == "MLServer is left out: it would not start"
    assert lines[-1] == "![Latency against rate](images/peers-latency.png)"


def test_the_table_has_a_row_for_each_peer(tmp_path: Path) -> None:
    """Medians with their spread, ours in bold."""
    rows = [line for line in written(comparison(), tmp_path).splitlines() if line.startswith("|")]
    assert rows[0] == f"| {' | '.join(HEADER)} |"
    assert rows[2].startswith("| **SVG-AI (BentoML)** | 200 (200 to 201) | ")
    assert [row.split(" | ")[0] for row in rows[3:]] == ["| FastAPI", "| mlflow models serve"]
    assert {row.count("|") for row in rows} == {len(HEADER) + 1}


def test_the_terminal_gets_no_markdown() -> None:
    """The marks of bold text are the document's."""
    assert [cells(row)[0] for row in table(comparison())] == ["SVG-AI (BentoML)", "FastAPI", "mlflow models serve"]


def test_refusals_are_told(tmp_path: Path) -> None:
    """Latencies of answers alone would be too good."""
    found = comparison()
    assert "Without a good answer" not in written(found, tmp_path)
    *others, last = found.visits
    refusing = replace(last, loads=(replace(last.loads[0], answered=90), *last.loads[1:]))
    told = written(replace(found, visits=(*others, refusing)), tmp_path)
    assert "Without a good answer at this rate: mlflow models serve 5.0 %." in told


def test_only_the_section_is_written(tmp_path: Path) -> None:
    """All else in the document stays."""
    page = tmp_path / "page.md"
    page.write_text(DOCUMENT)
    write_section(page, "peers", written(comparison(), tmp_path))
    assert page.read_text().startswith("# Title\n\n<!-- begin: peers -->\n\n    python")
    assert page.read_text().endswith("<!-- end: peers -->\n\nprose\n")
