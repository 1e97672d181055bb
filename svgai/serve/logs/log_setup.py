"""Log lines of the service: one JSON object (or readable text) each, for stdout and optionally a rotated file."""

import logging
import textwrap
from pathlib import Path

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from svgai.serve.logs.log_file import LogFile

_NAMES = {"levelname": "level", "name": "logger", "asctime": "time", "exc_info": "traceback"}
_NO_FIELDS = (*RESERVED_ATTRS, "color_message")
"""Standard attributes of a record, and uvicorn's coloured copy of the message."""

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    ord("\n"): "\\n",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
"""Characters that could end a line, or move a terminal's cursor."""


class TextFormatter(logging.Formatter):
    """
    Readable lines: time, level, logger, message, then the fields; the lines of a traceback are indented.

    Nothing in a message or a field can look like another line.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:7} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        given = {name: value for name, value in vars(record).items() if name not in _NO_FIELDS and name[0] != "_"}
        fields = " ".join(f"{name}={value}" for name, value in given.items() if value is not None)
        # After the first line break comes the traceback: formatMessage leaves none in the message.
        head, newline, trace = super().format(record).partition("\n")
        return f"{head} {fields.translate(_CONTROLS)}".rstrip() + newline + textwrap.indent(trace, "    ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).translate(_CONTROLS)


def formatter(log_format: str) -> logging.Formatter:
    """The formatter of LOG_FORMAT, "json" or "text"."""
    if log_format == "text":
        return TextFormatter()
    return JsonFormatter(
        "{asctime}{levelname}{name}{message}",
        style="{",
        datefmt="%Y-%m-%dT%H:%M:%S%z",
        rename_fields=_NAMES,
        reserved_attrs=_NO_FIELDS,
    )


def log_to_file(path: Path, log_format: str) -> logging.Handler:
    """Also write every log line to a file."""
    handler = LogFile(path)
    handler.setFormatter(formatter(log_format))
    return handler
