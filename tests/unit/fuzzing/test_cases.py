"""Hostile input of a fixed seed, and every input that ever broke a promise."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzzing.cases import case, run_file
from tests.fuzzing.mutations import mutated
from tests.fuzzing.sound_files import sound_files
from tests.fuzzing.targets import decode

ROOT = Path(__file__).parents[3]
CRASHES = sorted((ROOT / "tests/fuzzing/crashes").iterdir())
CASES = 2000

_RUN = """
import json, sys, warnings
warnings.simplefilter("ignore")
from tests.fuzzing.cases import failures
found = failures(range({cases}), timed=False)
print(json.dumps([[failure.number, failure.target, failure.reason] for failure in found]))
"""


def test_every_sound_file_is_decoded() -> None:
    """What mutations begin with is good, so that they reach beyond the first bytes."""
    for data in sound_files():
        decode(data)


@pytest.mark.slow
def test_cases_are_the_same_for_the_same_number() -> None:
    """A case is told by its number."""
    assert [case(number) for number in range(50)] == [case(number) for number in range(50)]
    assert len({mutated(sound_files(), seed) for seed in range(50)}) > 45


@pytest.mark.slow
def test_no_case_gets_out() -> None:
    """Files, bodies and parameters: an answer or a fault of ours each time, in bounded memory."""
    # In a process of its own: peaks of memory are a process's, and libtiff says much on stderr.
    done = subprocess.run(
        [sys.executable, "-c", _RUN.format(cases=CASES)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("file", CRASHES, ids=lambda file: file.name)
@pytest.mark.filterwarnings("ignore")
def test_what_was_found_once_holds(file: Path) -> None:
    """Inputs that once broke a promise."""
    run_file(file)
