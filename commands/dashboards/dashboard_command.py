"""`svgai dashboard`: the dashboards of deploy/monitoring/grafana as pictures, from a Prometheus and without Grafana."""

import time
from pathlib import Path
from typing import Annotated

import typer

from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json

_FOLDER = Path("deploy/monitoring/grafana/dashboards")


def dashboard(
    png: Annotated[Path, typer.Option(help="Folder to write pictures to, one of each dashboard.")],
    prometheus: Annotated[str, typer.Option(help="Address of a Prometheus.")] = "http://127.0.0.1:9090",
    minutes: Annotated[int, typer.Option(min=1, help="Minutes to show, until now.")] = 360,
    dashboards: Annotated[Path, typer.Option(help="Folder of Grafana's dashboard files.")] = _FOLDER,
    as_json: Json = False,
) -> None:
    """
    Draw the dashboards from Prometheus, by the queries of their panels.

    Of the last hour: svgai dashboard --png pictures --minutes 60
    """
    from commands.dashboards.dashboard_files import read_dashboards
    from commands.dashboards.drawing import draw_dashboard
    from commands.dashboards.prometheus_api import prometheus_api, span_until

    console, span = Console(quiet=as_json), span_until(time.time(), 60.0 * minutes)
    pages = read_dashboards(dashboards)
    png.mkdir(parents=True, exist_ok=True)
    told = []
    with prometheus_api(prometheus) as asked:
        for name, page in pages.items():
            panels = [panel for panel in page.panels if panel.type != "row"]
            with console.waiting(page.title):
                found = {
                    panel: [
                        series for query in panel.queries for series in asked.series(query.expr, span, query.legend)
                    ]
                    for panel in panels
                }
                events = page.annotations.events
                marks = [(event.colour, series) for event in events for series in asked.series(event.expr, span)]
                out = png / f"{name}.png"
                draw_dashboard(page, found, marks, span, out)
            empty = [panel.title for panel in panels if all(series.empty for series in found[panel])]
            told.append({"dashboard": page.title, "file": str(out), "panels": len(panels), "empty": empty})
            console.say(f"{out}: {len(panels)} panels" + (f"; no data for {', '.join(empty)}" if empty else ""))
    if as_json:
        print_json(told)
