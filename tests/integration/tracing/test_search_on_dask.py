"""A search on a Dask cluster of real processes, one of which is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psutil
import pytest

from rollout.ports import free_port
from svgai.decode.pixels import encode_png
from svgai.errors import ClusterFault, InvalidImage
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import ROOT, START_SECONDS
from training.data.datasets import Sample
from training.search.parameter_search import search
from training.search.tracing_pool import random_pool
from training.search.workers import workers

pytestmark = pytest.mark.integration

SAMPLES = [
    Sample(f"simple/{number}", "simple", str(number), encode_png(drawn_logo(number, 96))) for number in range(12)
]
TRACINGS = random_pool(6, 1)


@dataclass(frozen=True)
class Cluster:
    """A scheduler's address, and its processes."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: "tuple[subprocess.Popen[bytes], ...]"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers of one thread: one under Dask's nanny, as is usual, and one without."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []

    def start(program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--no-dashboard"]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
        return started[-1]

    with (tmp_path / "dask.log").open("wb") as log:
        scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
        here = ("--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(tmp_path))
        alone = start("dask_worker", address, *here, "--no-nanny")
        nursed = start("dask_worker", address, *here)
        try:
            wait_until_listening(port)
            yield Cluster(address, scheduler, (alone, nursed))
        finally:
            family = [
                child for one in started if one.poll() is None for child in psutil.Process(one.pid).children(True)
            ]
            for child in family:
                child.kill()
            for one in started:
                one.kill()
                one.wait()
            psutil.wait_procs(family, 20)


def wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        else:
            return


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.mark.long
def test_a_cluster_that_loses_a_worker_gives_the_table_of_this_machine(cluster: Cluster, tmp_path: Path) -> None:
    """Row for row but for the measured seconds; the parts are written here, each as it is finished."""
    here = search(SAMPLES, TRACINGS, tmp_path / "here", map, quiet)
    finished: list[int] = []
    doomed = cluster.workers[0]

    def kill_one(_stage: str, done: int, _total: int) -> None:
        finished.append(len(list((tmp_path / "there").glob("*.parquet"))))
        if done == 3:
            os.kill(doomed.pid, signal.SIGKILL)

    with workers(1, cluster.address) as work:
        there = search(SAMPLES, TRACINGS, tmp_path / "there", work, kill_one)
    assert doomed.wait(120) == -signal.SIGKILL
    assert finished == list(range(13))
    pd.testing.assert_frame_equal(there.table.drop(columns="seconds"), here.table.drop(columns="seconds"))
    assert there.left_out == here.left_out


def test_faults_of_workers_and_scheduler_are_told(cluster: Cluster, tmp_path: Path) -> None:
    """A bad image as on this machine; a scheduler that goes ends the search, whose finished parts stay."""
    broken = Sample("simple/broken", "simple", "broken", b"garbage")
    with workers(1, cluster.address) as work:
        with pytest.raises(InvalidImage):
            search([broken], TRACINGS, tmp_path / "broken", work, quiet)

        def kill_scheduler(_stage: str, done: int, _total: int) -> None:
            if done == 2:
                cluster.scheduler.kill()

        with pytest.raises(ClusterFault, match="has gone"):
            search(SAMPLES, TRACINGS, tmp_path / "parts", work, kill_scheduler)
    assert len(list((tmp_path / "parts").glob("*.parquet"))) >= 2
