"""`svgai quality`: the store of conversion outcomes and ratings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.terminal.ages import time_of_age
from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from svgai.settings import load_settings

if TYPE_CHECKING:
    from svgai.outcomes.quality_database import QualityDatabase

quality = typer.Typer(help="Outcomes of conversions, and ratings.", no_args_is_help=True)

Url = Annotated[str | None, typer.Option(help="Database to use instead of QUALITY_DB_URL, such as a backup.")]
Since = Annotated[str | None, typer.Option(help="Largest age, such as 30d, 12h or 8w.")]


@quality.callback()
def _group() -> None:
    """Outcomes of conversions, and ratings."""


@quality.command()
def report(
    out: Annotated[Path, typer.Argument(help="HTML file to write.")],
    since: Since = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """
    Write a page of figures and pictures by day, type and version, with the low ratings.

    Of the last month: svgai quality report report.html --since 30d
    """
    from learning.outcome_report import write_report
    from learning.stored_outcomes import read_outcomes

    database, console = _database(url), Console(quiet=as_json)
    with console.waiting("Reading"):
        outcomes = read_outcomes(database, time_of_age(since) if since else None)
    figures = write_report(outcomes, out)
    if as_json:
        print_json(figures)
    else:
        console.say(f"{figures.conversions} conversions, {figures.ratings} ratings: {out}")


@quality.command()
def export(
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    since: Since = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """
    Write all rows, with their ratings, to one Parquet file.

    Of the last week: svgai quality export week.parquet --since 7d
    """
    from learning.parquet_export import export_parquet

    database = _database(url)
    with Console(quiet=as_json).progress() as bars:
        written = export_parquet(database, out, time_of_age(since) if since else None, bars.counter("Writing"))
    if as_json:
        print_json({"conversions": written, "file": str(out)})
    else:
        Console().say(f"{written} conversions are in {out}")


@quality.command()
def prune(
    older_than: Annotated[str, typer.Option(help="Age, such as 90d, 12h or 8w.")],
    url: Url = None,
    as_json: Json = False,
) -> None:
    """
    Remove older conversions and their ratings.

    Keep three months: svgai quality prune --older-than 90d
    """
    before = time_of_age(older_than)
    removed = _database(url).prune(before)
    if as_json:
        print_json({"removed": removed, "before": before.isoformat()})
    else:
        Console().say(f"{removed} conversions from before {before:%Y-%m-%d %H:%M} UTC were removed")


@quality.command()
def migrate(
    to: Annotated[
        str | None, typer.Option(help="An earlier revision, or base for none; data of later columns is lost.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """
    Create or migrate the tables; a service does this when it starts.

    Before going back to an older release: svgai quality migrate --to 0001
    """
    database = _database(url)
    before = database.revision()
    if to is None:
        database.migrate()
    else:
        database.go_back(to)
    after = database.revision()
    if as_json:
        print_json({"before": before, "after": after})
    else:
        Console().say(f"{before or 'no tables'} -> {after or 'no tables'}")


def _database(url: str | None) -> "QualityDatabase":
    from svgai.outcomes.quality_database import QualityDatabase

    return QualityDatabase(url or load_settings().quality_db_url)
