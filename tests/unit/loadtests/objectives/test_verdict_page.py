"""The verdict on Locust's own page."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from loadtests.objectives.figures import EndpointFigures, Figures
from loadtests.objectives.slo import Slo, missed
from loadtests.objectives.verdict import Verdict
from loadtests.objectives.verdict_page import add_verdict
from svgai.errors import SvgAiError

FOUND = EndpointFigures(
    name="/api/convert", answered=99, failed=0, refused=1, throughput=10, p50_ms=100, p95_ms=200, p99_ms=300
)
ENDED = datetime(2026, 1, 2, 10, 1, 30, tzinfo=UTC)


def verdict(**objectives: float) -> Verdict:
    slo = Slo.model_validate({"load": {"rate": 1, "seconds": 1}, "endpoints": {"/api/convert": objectives}})
    figures = Figures(seconds=90, users=1, endpoints=(FOUND,))
    return Verdict(url="http://<b>", stopped=False, figures=figures, slo=slo, breaches=tuple(missed(slo, figures)))


def test_the_page_says_what_was_promised_and_what_was_missed(tmp_path: Path) -> None:
    """Before Locust's own figures, which stay, with the time in words; what comes from outside is no markup."""
    page = tmp_path / "load.html"
    page.write_text("<script>'<body>'</script><body><div>Locust</div></body>")
    add_verdict(page, verdict(p50_ms=150, p95_ms=150, throughput=5), 2.5, ENDED)
    text = page.read_text()
    assert text.index("<h1>Objectives missed</h1>") < text.index("<div>Locust</div>")
    assert "http://&lt;b&gt;, 2026-01-02 10:00:00 to 10:01:30 UTC" in text
    assert "2.5 requests a second were asked for" in text
    rows = ["".join(row.split()) for row in text.partition("<table")[2].split("<tr>")[2:]]
    assert [row.count(">missed<") for row in rows] == [0, 1, 0]
    assert "<td>p95_ms</td><td>200</td><td>atmost150</td>" in rows[1]
    assert "<td>throughput</td><td>10</td><td>atleast5</td>" in rows[2]


def test_a_page_without_misses_says_so(tmp_path: Path) -> None:
    """And what is no page is a fault."""
    page = tmp_path / "load.html"
    page.write_text("<body></body>")
    add_verdict(page, verdict(p50_ms=150), 1, ENDED)
    assert "<h1>All objectives are met</h1>" in page.read_text()
    page.write_text("nothing")
    with pytest.raises(SvgAiError, match="not a page of Locust's"):
        add_verdict(page, verdict(p50_ms=150), 1)
