"""Lines that repeat themselves are counted."""

import logging
import warnings
from collections.abc import Iterator

import pytest

from svgai.serve.logs.repeated_lines import LINES_A_MINUTE, MINUTE_S, RepeatedLines, log_warnings


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Lines(logging.Handler):
    """A handler that keeps what it would write."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, int | None]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), getattr(record, "left_out", None)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def handlers(clock: Clock) -> Iterator[tuple[Lines, Lines]]:
    """Two handlers of all lines, as stdout and the file are, with one filter."""
    repeated, pair = RepeatedLines(clock), (Lines(), Lines())
    log = logging.getLogger("svgai")
    for handler in pair:
        handler.addFilter(repeated)
        log.addHandler(handler)
    yield pair
    for handler in pair:
        log.removeHandler(handler)


logger = logging.getLogger("svgai.test")


def test_a_flood_becomes_some_lines_and_a_count(clock: Clock, handlers: tuple[Lines, Lines]) -> None:
    """In every handler alike, and again in the next minute."""
    for number in range(1000):
        logger.warning("tag %d is odd", number)
    clock.now += MINUTE_S
    logger.warning("tag %d is odd", 1000)
    for handler in handlers:
        assert len(handler.lines) == LINES_A_MINUTE + 2
        assert set(handler.lines[-2:]) == {("lines were left out: tag 0 is odd", 990), ("tag 1000 is odd", None)}


def test_what_was_left_out_is_told_though_it_does_not_come_again(clock: Clock, handlers: tuple[Lines, Lines]) -> None:
    """With the next line of any kind."""
    for _ in range(LINES_A_MINUTE + 1):
        logger.error("broken")
    clock.now += MINUTE_S
    logging.getLogger("svgai.test").setLevel(logging.INFO)
    logger.info("something else")
    assert ("lines were left out: broken", 1) in handlers[0].lines


def test_other_lines_are_not_left_out(handlers: tuple[Lines, Lines]) -> None:
    """Neither other warnings, nor what is no warning, such as the line of each request."""
    logger.setLevel(logging.INFO)
    for _ in range(100):
        logger.info("request")
    for letter in "abc":
        for _ in range(LINES_A_MINUTE):
            logger.warning("odd %s", letter)
    assert len(handlers[0].lines) == 100 + 3 * LINES_A_MINUTE


def test_exceptions_from_other_places_are_other_lines(handlers: tuple[Lines, Lines]) -> None:
    """Unforeseen errors share a message."""
    for _ in range(LINES_A_MINUTE + 5):
        try:
            int("x")
        except ValueError:
            logger.exception("unexpected error")
        try:
            float("x")
        except ValueError:
            logger.exception("unexpected error")
    assert len(handlers[0].lines) == 2 * LINES_A_MINUTE


def test_kinds_of_lines_take_bounded_memory(handlers: tuple[Lines, Lines]) -> None:
    """A flood of lines that all differ is not kept for a minute."""
    (repeated,) = handlers[0].filters
    assert isinstance(repeated, RepeatedLines)
    for number in range(3000):
        logger.warning("odd %s", "".join(chr(97 + int(digit)) for digit in str(number)))
    assert len(repeated._counts) <= 1001  # noqa: SLF001 - what is kept shows nowhere else


def test_python_s_warnings_are_lines(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """One each, with the file's name and no source code."""
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        log_warnings()
        warnings.warn("an odd tag", UserWarning, stacklevel=1)
    (record,) = caplog.records
    assert (record.name, record.getMessage()) == ("py.warnings", "UserWarning: an odd tag")
    assert vars(record)["place"].startswith("test_repeated_lines.py:")
