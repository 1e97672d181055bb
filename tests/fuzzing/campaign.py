"""
`make fuzz`: many cases over all cores, with a seed; what failed is kept as files that a test then runs.

    python -m tests.fuzzing.campaign --cases 100000 --seed 1
"""

import argparse
import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.fuzzing.cases import Failure, case, failures

CASES_OF_A_SEED = 1 << 40
_BLOCK = 500
_RUNNING = "running-"
_SILENT_S = 120.0
"""Seconds without a finished block after which the processes are taken to hang."""

_running = -1


def main() -> int:
    """Run the campaign; exit code 1 where something failed."""
    parser = argparse.ArgumentParser(description="Fuzz decoding, request forms and tracing parameters.")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="left out: another one each time")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"), help="folder for inputs that failed")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}: {arguments.cases:,} cases in {arguments.jobs} processes", file=sys.stderr)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for file in arguments.out.glob(f"{_RUNNING}*"):
        file.unlink()
    found: list[Failure] = []
    try:
        for done, failed in _run(arguments.cases, arguments.seed * CASES_OF_A_SEED, arguments.jobs, arguments.out):
            for failure in failed:
                found.append(failure)
                print(f"{failure.write(arguments.out)}: case {failure.number}: {failure.reason}", file=sys.stderr)
            print(f"\r{done:,} of {arguments.cases:,} cases, {len(found)} failed", end="", file=sys.stderr, flush=True)
    except multiprocessing.TimeoutError:
        print(f"\nnothing came for {_SILENT_S:g} s; one of these hangs, or has ended its process:", file=sys.stderr)
        for number in sorted({int(text) for file in arguments.out.glob(f"{_RUNNING}*") if (text := file.read_bytes())}):
            failure = Failure(number, *case(number), "not finished")
            print(f"{failure.write(arguments.out)}: case {number}", file=sys.stderr)
        return 1
    print(file=sys.stderr)
    return 1 if found else 0


def _run(cases: int, first: int, jobs: int, folder: Path) -> Iterator[tuple[int, list[Failure]]]:
    """How many cases are done, and what failed of the last block."""
    blocks = [range(start, min(start + _BLOCK, first + cases)) for start in range(first, first + cases, _BLOCK)]
    with multiprocessing.get_context("spawn").Pool(jobs, _prepare, (folder,), maxtasksperchild=40) as pool:
        answers = pool.imap_unordered(_block, blocks)
        done = 0
        for _ in count():
            try:
                size, failed = answers.next(timeout=_SILENT_S)
            except StopIteration:
                return
            done += size
            yield done, failed


def _prepare(folder: Path) -> None:
    global _running  # noqa: PLW0603 - a process has one
    _running = os.open(folder / f"{_RUNNING}{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    # What libtiff says on stderr would be millions of lines; crashes of a process are told by its pool.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _block(numbers: range) -> tuple[int, list[Failure]]:
    found = list(failures(numbers, timed=True, begun=_note))
    os.ftruncate(_running, 0)
    return len(numbers), found


def _note(number: int) -> None:
    """Keep which case is run, for the parent of a process that ends or hangs in it."""
    os.pwrite(_running, f"{number:<20}".encode(), 0)


if __name__ == "__main__":
    sys.exit(main())
