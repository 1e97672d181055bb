"""`svgai dashboard`: which files it takes, and what it says where there is nothing to draw."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from commands.dashboards.dashboard_files import read_dashboards
from svgai.errors import PrometheusFault

OURS = Path(__file__).parents[4] / "deploy/monitoring/grafana/dashboards"


def test_our_dashboards_are_read() -> None:
    """With panels, queries and events of each."""
    pages = read_dashboards(OURS)
    assert set(pages) == {"ai", "models", "service"}
    for page in pages.values():
        assert len(page.annotations.events) == 2
        assert all(panel.queries for panel in page.panels if panel.type != "row")


@pytest.mark.parametrize("text", ["{}", "no JSON", '{"title": "a", "panels": [{"type": "table"}]}'])
def test_a_file_that_is_no_dashboard_is_refused(text: str, tmp_path: Path) -> None:
    """Also one with panels that cannot be drawn."""
    (tmp_path / "page.json").write_text(text)
    with pytest.raises(PrometheusFault, match="is no dashboard"):
        read_dashboards(tmp_path)


def test_a_folder_without_dashboards_is_named(tmp_path: Path) -> None:
    """Before anything is asked."""
    with pytest.raises(PrometheusFault, match="no dashboards in"):
        read_dashboards(tmp_path)


def test_a_prometheus_that_is_not_there_is_named(tmp_path: Path) -> None:
    """By its address, and nothing is drawn."""
    arguments = ["dashboard", "--png", str(tmp_path / "out"), "--prometheus", "http://127.0.0.1:1"]
    outcome = CliRunner().invoke(app, [*arguments, "--dashboards", str(OURS)])
    assert isinstance(outcome.exception, PrometheusFault)
    assert "http://127.0.0.1:1 does not answer" in str(outcome.exception)
    assert list((tmp_path / "out").iterdir()) == []
