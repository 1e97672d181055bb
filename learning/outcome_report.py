"""The report of served conversions: a self-contained HTML page."""

from datetime import UTC, datetime
from pathlib import Path

import jinja2

from learning.outcome_figures import BOUND_MEANT, Summary, by_day, errors, low_ratings, summary
from learning.outcome_pictures import pictures
from learning.stored_outcomes import StoredOutcomes
from svgai.whole_files import write_whole

_TEMPLATE = "outcome_report.html.j2"
_NONE = "-"


def write_report(outcomes: StoredOutcomes, path: Path) -> Summary:
    """
    Write the page; returns the overall figures.

    Raises:
        OSError: it cannot be written.
    """
    figures = summary(outcomes)
    # Comments are escaped.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(share=_share, whole=_whole, stars=_stars)
    page = environment.get_template(_TEMPLATE).render(
        made=datetime.now(UTC),
        period=_period(outcomes),
        bound_meant=BOUND_MEANT,
        figures=[
            ("conversions", _whole(figures.conversions)),
            ("answered", _whole(figures.answered)),
            ("attainment", _share(figures.attainment)),
            ("bytes", _whole(figures.bytes)),
            ("regret", _share(figures.regret)),
            ("bound", _share(figures.bounds_kept)),
            ("rating", f"{_stars(figures.rating)} of {figures.ratings}"),
        ],
        pictures=pictures(outcomes),
        days=by_day(outcomes),
        errors=errors(outcomes),
        low=low_ratings(outcomes),
    )
    write_whole(path, page)
    return figures


def _period(outcomes: StoredOutcomes) -> str:
    days = outcomes.conversions["day"]
    return f"{days.min()} to {days.max()}" if len(days) else "Nothing is kept"


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{100 * value:.1f} %"


def _whole(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f}"


def _stars(value: float | None) -> str:
    return _NONE if value is None else f"{value:.2f}"
