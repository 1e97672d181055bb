"""Ages as people write them: 90d, 12h, 8w."""

import re
from datetime import UTC, datetime, timedelta

import typer

_AGE = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def time_of_age(age: str) -> datetime:
    """
    The time so long ago, in UTC.

    Raises:
        typer.BadParameter: it is not an age; the message names the form.
    """
    found = _AGE.fullmatch(age)
    if not found:
        raise typer.BadParameter(f"{age!r} is no age; 90d, 12h and 8w are")
    return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
