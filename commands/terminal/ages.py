"""Ages as people write them: 90d, 12h, 8w."""

import re
from datetime import UTC, datetime, timedelta

import typer

_AGE = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def time_of_age(age: str) -> datetime:
    """
    When what is so old came about, in UTC.

    Raises:
        typer.BadParameter: it is no age; the message says what is.
    """
    found = _AGE.fullmatch(age)
    if not found:
        raise typer.BadParameter(f"{age!r} is no age; 90d, 12h and 8w are")
    return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
