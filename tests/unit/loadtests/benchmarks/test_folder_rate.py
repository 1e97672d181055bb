"""The rate of a folder, from looks at its conversion."""

import os
from pathlib import Path

import pytest

from loadtests.benchmarks.folder_rate import Progress, busy_share, rate_of


def test_a_rate_is_from_the_first_file_to_the_last() -> None:
    """Neither the start counts nor the time in which processes end, which have used what they used."""
    run = [
        Progress(0, 0, 1, 100),
        Progress(5, 2, 6, 400),
        Progress(7, 10, 10, 420),
        Progress(9, 22, 13, 420),
        Progress(10, 22, 2, 90),
    ]
    rate = rate_of(run)
    assert rate.files == pytest.approx(20 / 4)
    assert rate.files_per_cpu_s == pytest.approx(20 / 7)


def test_processes_are_busy_while_they_work_on_a_file(tmp_path: Path) -> None:
    """Of two, one waits a quarter of the time; a file that failed has no time, and one that was begun none yet."""
    lines = ['{"output":"a.svg","state":"begun"}']
    for name, ended, took in (("a.svg", 1004.0, 4.0), ("b.svg", 1002.0, 2.0), ("c.svg", 1003.0, 1.0)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (ended, ended))
        lines.append(f'{{"output":"{name}","seconds":{took}}}')
    lines.append('{"output":"d.svg","state":"failed"}')
    (tmp_path / ".svgai").mkdir()
    (tmp_path / ".svgai" / "manifest.jsonl").write_text("\n".join(lines) + "\n")
    assert busy_share(tmp_path, 2) == pytest.approx(7 / 8)
