"""`svgai key`: API keys of the service."""

from typing import Annotated

import typer

from commands.terminal.arguments import Json
from commands.terminal.console import print_json
from svgai.api_keys import hashed_entry, make_key

keys = typer.Typer(help="API keys of the service.", no_args_is_help=True)


@keys.callback()
def _group() -> None:
    """API keys of the service."""


@keys.command()
def new(
    name: Annotated[str, typer.Argument(help="Who it is for; the service's log has this name.")],
    as_json: Json = False,
) -> None:
    """Make a key, and its entry for API_KEYS or API_KEYS_FILE. It is shown only once."""
    key = make_key()
    try:
        entry = hashed_entry(name, key)
    except ValueError as fault:
        raise typer.BadParameter(f"{name!r}: {fault}") from None
    if as_json:
        print_json({"key": key, "entry": entry})
    else:
        typer.echo(f"key:   {key}\nentry: {entry}")
