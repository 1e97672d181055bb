"""LOG_FILE: rotated, readable by few, and no harm to the service where it cannot be written."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from svgai.serve.logs.log_file import FILE_BYTES, FILE_COUNT, LogFile, log_file_fault

FULL = Path("/dev/full")
"""Can be opened, and every write to it fails for want of space."""


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def _record(message: str) -> logging.LogRecord:
    return logging.LogRecord("svgai.test", logging.WARNING, __file__, 1, message, (), None)


@pytest.mark.usefixtures("usual_umask")
def test_others_cannot_read_it(tmp_path: Path) -> None:
    """Neither the file nor those that were rotated away."""
    handler = LogFile(tmp_path / "service.log")
    for _ in range(2):
        handler.handle(_record("a line"))
        handler.doRollover()
    handler.handle(_record("a line"))
    handler.close()
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("service.log", "service.log.1", "service.log.2"), 0o640)


def test_it_is_rotated(tmp_path: Path) -> None:
    """At 10 MB, with five older ones."""
    handler = LogFile(tmp_path / "service.log")
    assert (handler.maxBytes, handler.backupCount) == (FILE_BYTES, FILE_COUNT) == (10_000_000, 5)


def test_a_full_disk_is_reported_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """To whoever else listens, without a traceback; once there is space, with how many lines were left out."""
    path = tmp_path / "service.log"
    path.symlink_to(FULL)
    handler = LogFile(path)
    for number in range(20):
        handler.handle(_record(f"lost {number}"))
    assert [record.getMessage() for record in caplog.records] == ["LOG_FILE cannot be written; its lines are left out"]
    assert vars(caplog.records[0])["fault"] == "No space left on device"
    path.unlink()
    handler.handle(_record("kept"))
    handler.close()
    assert path.read_text() == "kept\n"
    assert (caplog.records[1].getMessage(), vars(caplog.records[1])["left_out"]) == (
        "LOG_FILE can be written again",
        20,
    )
    assert capsys.readouterr().err == ""


def test_the_report_of_a_full_disk_does_not_go_round_in_circles(tmp_path: Path) -> None:
    """The report reaches the file's own handler, too, which cannot write it."""
    path = tmp_path / "service.log"
    path.symlink_to(FULL)
    handler, log = LogFile(path), logging.getLogger("svgai.log")
    log.addHandler(handler)
    try:
        log.warning("lost")
        log.warning("lost")
    finally:
        log.removeHandler(handler)
    assert not path.is_file()


def test_a_half_line_is_ended(tmp_path: Path) -> None:
    """What a killed process began does not spoil the next line."""
    path = tmp_path / "service.log"
    path.write_text('{"half": ')
    handler = LogFile(path)
    handler.handle(_record("whole"))
    handler.close()
    assert path.read_text().splitlines() == ['{"half": ', "whole"]


def test_what_is_wrong_with_it_is_told_in_a_line(tmp_path: Path) -> None:
    """No such folder, a folder in its place, a file in the place of a folder; a full disk is none of these."""
    (tmp_path / "file").touch()
    assert "there is no folder" in (log_file_fault(tmp_path / "missing/service.log") or "")
    assert "is a folder" in (log_file_fault(tmp_path) or "")
    assert "Not a directory" in (log_file_fault(tmp_path / "file/service.log") or "")
    assert log_file_fault(tmp_path / "new.log") is None
    assert log_file_fault(FULL) is None


def test_other_faults_are_logging_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line whose arguments do not fit is a mistake of ours, and is shown as ever."""
    handler = LogFile(tmp_path / "service.log")
    handler.handle(logging.LogRecord("svgai.test", logging.INFO, __file__, 1, "%d", ("text",), None))
    handler.close()
    assert "TypeError" in capsys.readouterr().err
