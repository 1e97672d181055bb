"""Adds the verdict to Locust's own page: objectives, measurements, and missed objectives."""

from datetime import UTC, datetime
from pathlib import Path

import jinja2

from loadtests.objectives.verdict import Verdict
from svgai.errors import SvgAiError
from svgai.whole_files import write_whole

_PAGE = """\
<section style="font-family: sans-serif; margin: 2em; max-width: 60em">
<h1>{{ "Objectives missed" if verdict.breaches else "All objectives are met" }}</h1>
<p>{{ verdict.url }}, {{ began }} to {{ ended }} UTC{{ ", stopped before its time" if verdict.stopped }};
{{ "%.3g" % asked }} requests a second were asked for.</p>
<table style="border-collapse: collapse" cellpadding="4" border="1">
<tr><th>endpoint</th><th>objective</th><th>measured</th><th>allowed</th><th></th></tr>
{% for row in rows %}
<tr><td>{{ row.endpoint }}</td><td>{{ row.objective }}</td><td>{{ row.measured }}</td><td>{{ row.allowed }}</td>
<td>{{ "missed" if row.missed else "met" }}</td></tr>
{% endfor %}
</table>
</section>
"""


def add_verdict(page: Path, verdict: Verdict, asked: float, ended: datetime | None = None) -> None:
    """
    Put the verdict at the top of a page that Locust wrote; `asked` is the mean rate, in requests a second.

    Raises:
        SvgAiError: the page is not one of Locust's.
    """
    text = page.read_text(encoding="utf-8")
    before, body, after = text.rpartition("<body>")  # its scripts may contain the word, too
    if not body:
        raise SvgAiError(f"{page} is not a page of Locust's: it has no body")
    until = ended or datetime.now(UTC)
    began = datetime.fromtimestamp(until.timestamp() - verdict.figures.seconds, UTC)
    shown = (
        jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        .from_string(_PAGE)
        .render(
            verdict=verdict,
            asked=asked,
            began=f"{began:%Y-%m-%d %H:%M:%S}",
            ended=f"{until:%H:%M:%S}",
            rows=_rows(verdict),
        )
    )
    write_whole(page, before + body + shown + after)


def _rows(verdict: Verdict) -> list[dict[str, object]]:
    measured = {endpoint.name: endpoint for endpoint in verdict.figures.endpoints}
    missed = {(breach.endpoint, breach.objective) for breach in verdict.breaches}
    return [
        {
            "endpoint": name,
            "objective": objective,
            "measured": f"{getattr(measured[name], objective):.4g}" if name in measured else "no answer",
            "allowed": f"{'at least' if objective == 'throughput' else 'at most'} {allowed:.4g}",
            "missed": (name, objective) in missed or (name, "answered") in missed,
        }
        for name, objectives in verdict.slo.endpoints.items()
        for objective, allowed in objectives.model_dump(exclude_none=True).items()
    ]
