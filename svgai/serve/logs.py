"""Log lines of the service: one JSON object (or readable text) each, for stdout and, if asked for, a rotated file."""

import logging
import logging.handlers
from pathlib import Path

from pythonjsonlogger.json import JsonFormatter

FILE_BYTES, FILE_COUNT = 10_000_000, 5

_NAMES = {"levelname": "level", "name": "logger", "asctime": "time", "exc_info": "traceback"}
_TEXT_FIELDS = (
    *("request_id", "method", "path", "status", "ms", "bytes_in", "bytes_out", "images", "type", "model_version"),
    *("worst", "missed", "error_code", "state", "seconds", "exit_code", "fault"),
)


class TextFormatter(logging.Formatter):
    """Readable lines: time, level, logger, message, then the fields."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:7} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(
            f"{name}={value}" for name in _TEXT_FIELDS if (value := getattr(record, name, None)) is not None
        )
        line = super().format(record)
        head, newline, rest = line.partition("\n")
        return f"{head} {fields}".rstrip() + newline + rest


def formatter(log_format: str) -> logging.Formatter:
    """The formatter of LOG_FORMAT, "json" or "text"."""
    if log_format == "text":
        return TextFormatter()
    return JsonFormatter(
        "{asctime}{levelname}{name}{message}", style="{", datefmt="%Y-%m-%dT%H:%M:%S%z", rename_fields=_NAMES
    )


def log_to_file(path: Path, log_format: str) -> logging.Handler:
    """Also write every log line to a file of at most 10 MB, with five older ones kept. One process per file."""
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILE_COUNT, encoding="utf-8")
    handler.setFormatter(formatter(log_format))
    return handler
