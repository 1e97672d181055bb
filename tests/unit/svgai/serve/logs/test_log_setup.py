"""Log lines: JSON that parses whatever is in them, text that people read, files that rotate."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.serve.logs.log_setup import formatter, log_to_file


def _record(message: str, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("svgai.test", logging.WARNING, __file__, 1, message, (), None)
    vars(record).update(extra)
    return record


@given(st.text())
@settings(max_examples=50)
def test_json_lines_parse(message: str) -> None:
    """Any message becomes one line of JSON that holds it unchanged."""
    line = formatter("json").format(_record(message, request_id="r1", status=200))
    assert "\n" not in line
    fields = json.loads(line)
    assert (fields["message"], fields["level"], fields["logger"]) == (message, "WARNING", "svgai.test")
    assert (fields["request_id"], fields["status"]) == ("r1", 200)
    assert "time" in fields


def test_a_traceback_stays_in_its_line() -> None:
    """An exception is a field of the line, not more lines."""
    try:
        raise LookupError("lost")
    except LookupError as error:
        record = _record("failed", exc_info=(LookupError, error, error.__traceback__))
    line = formatter("json").format(record)
    assert "\n" not in line
    assert "LookupError: lost" in json.loads(line)["traceback"]


def test_text_lines_show_the_requests_fields() -> None:
    """LOG_FORMAT=text is for people: message and fields in a line, but for what is not known."""
    record = _record("request", request_id="r1", path="/api/convert", status=200, arm="challenger", key=None)
    assert (
        formatter("text").format(record).endswith("request request_id=r1 path=/api/convert status=200 arm=challenger")
    )


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_what_is_for_a_terminal_or_for_filters_is_no_field(log_format: str) -> None:
    """Uvicorn sends its message twice, and filters keep what they decided on the record."""
    line = formatter(log_format).format(_record("started", color_message="\x1b[1mstarted\x1b[0m", _kept=True))
    assert "color_message" not in line
    assert "kept" not in line


def test_text_lines_say_why() -> None:
    """A fault that the service logs is not left to readers of JSON."""
    line = formatter("text").format(_record("the models could not be loaded", fault="a digest differs"))
    assert line.endswith("the models could not be loaded fault=a digest differs")


@given(st.text())
@settings(max_examples=50)
def test_no_message_or_field_looks_like_another_line(text: str) -> None:
    """In either form: what ends lines is written as an escape."""
    for log_format in ("json", "text"):
        assert len(formatter(log_format).format(_record(text, fault=text)).splitlines()) == 1


def test_the_lines_of_a_traceback_are_indented() -> None:
    """An exception's own text cannot look like a line of the log either."""
    try:
        raise LookupError("lost\n2026-01-01 00:00:00,000 CRITICAL forged")
    except LookupError as error:
        record = _record("failed", exc_info=(LookupError, error, error.__traceback__), status=500)
    first, *others = formatter("text").format(record).splitlines()
    assert first.endswith("failed status=500")
    assert {line[:4] for line in others if line} == {"    "}


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_lines_reach_the_file(log_format: str, tmp_path: Path) -> None:
    """LOG_FILE gets the same lines."""
    path = tmp_path / "service.log"
    handler = log_to_file(path, log_format)
    handler.emit(_record("written"))
    handler.close()
    assert "written" in path.read_text()
