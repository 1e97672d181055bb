"""The service's store while its database fails, and comes back: nothing is lost, nothing doubled."""

import asyncio
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import func, select, text

from loadtests.faults.small_disk import can_mount, fill, mounted
from loadtests.servers.postgres_server import PostgresServer
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.spool import Spool
from svgai.outcomes.tables import CONVERSIONS
from svgai.serve.monitoring.metrics import PrometheusMetrics
from svgai.serve.outcomes.quality_store import QualityStore
from svgai.serve.outcomes.recorder import SpoolingRecorder
from tests.fakes.outcomes import outcome

pytestmark = pytest.mark.integration

RATE = 10
"""Conversions a second that are kept meanwhile."""

SLOWEST_S = 1.5
"""Seconds that keeping one may take on a busy machine: none waits for a database, which would be seconds."""


class Traffic:
    """Keeps RATE outcomes a second, and knows how long the slowest took."""

    def __init__(self, recorder: SpoolingRecorder) -> None:
        self._recorder = recorder
        self.kept = 0
        self.slowest_s = 0.0

    async def flow(self, seconds: float) -> None:
        for _ in range(int(seconds * RATE)):
            began = time.perf_counter()
            self._recorder.record(outcome(f"{self.kept:032x}"))
            self.slowest_s = max(self.slowest_s, time.perf_counter() - began)
            self.kept += 1
            await asyncio.sleep(1 / RATE)


def _through(url: str, folder: Path, work: Callable[[Traffic], Awaitable[None]], *, room: int = 10_000_000) -> Traffic:
    """Do the work beside a store that writes to a database; come back when its spool is empty."""
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    spool = Spool(folder, room)
    traffic = Traffic(SpoolingRecorder(spool, metrics))

    async def run() -> None:
        store = QualityStore(spool, folder, url, metrics)
        store.start()
        try:
            await work(traffic)
            async with asyncio.timeout(180):
                while not spool.empty:  # noqa: ASYNC110 - another process empties it
                    await asyncio.sleep(0.1)
        finally:
            await store.close()

    asyncio.run(run())
    assert registry.get_sample_value("svgai_outcomes_dropped_total") == 0
    return traffic


def rows(url: str) -> int:
    database = QualityDatabase(url)
    with database.engine.connect() as connection:
        count = int(connection.execute(select(func.count()).select_from(CONVERSIONS)).scalar_one())
    database.close()
    return count


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Nobody else can write to the database."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("COMMIT")
        connection.close()
    else:
        database = QualityDatabase(url)
        with database.engine.begin() as held:
            held.execute(text("LOCK TABLE conversions IN ACCESS EXCLUSIVE MODE"))
            yield
        database.close()


def _locked_for(url: str, folder: Path, seconds: float) -> Traffic:
    database = QualityDatabase(url)
    database.migrate()
    database.close()

    async def work(traffic: Traffic) -> None:
        await traffic.flow(1)
        with locked(url):
            await traffic.flow(seconds)
        await traffic.flow(1)

    return _through(url, folder, work)


def test_a_lock_holds_up_nothing(url: str, tmp_path: Path) -> None:
    """What was kept meanwhile is written when it is gone."""
    traffic = _locked_for(url, tmp_path / "spool", 4)
    assert (rows(url), traffic.slowest_s < SLOWEST_S) == (traffic.kept, True)


@pytest.mark.long
def test_a_lock_of_a_minute_holds_up_nothing(url: str, tmp_path: Path) -> None:
    """The same."""
    traffic = _locked_for(url, tmp_path / "spool", 60)
    assert (rows(url), traffic.slowest_s < SLOWEST_S) == (traffic.kept, True)


def test_a_server_that_is_killed_and_comes_back(postgres: PostgresServer, tmp_path: Path) -> None:
    """As when its machine failed; then once more, in order."""
    url = postgres.create("killed")

    async def work(traffic: Traffic) -> None:
        for number in (signal.SIGQUIT, signal.SIGINT):
            await traffic.flow(2)
            await asyncio.to_thread(postgres.end, number)
            await traffic.flow(2)
            await asyncio.to_thread(postgres.start)
        await traffic.flow(1)

    traffic = _through(url, tmp_path / "spool", work)
    assert (rows(url), traffic.slowest_s < SLOWEST_S) == (traffic.kept, True)


def test_a_server_that_is_not_there_yet(postgres: PostgresServer, tmp_path: Path) -> None:
    """A service starts before its database; the tables are made when it is there."""
    url = postgres.url("late")

    async def work(traffic: Traffic) -> None:
        await traffic.flow(2)
        await asyncio.to_thread(postgres.create, "late")

    traffic = _through(url, tmp_path / "spool", work)
    assert rows(url) == traffic.kept


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A folder that a small disk can be mounted on."""
    if not can_mount():
        pytest.skip("a disk of its own can be mounted by root alone")
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def test_a_full_disk_under_the_database(disk: Path, tmp_path: Path) -> None:
    """Rows wait in the spool elsewhere, and are written once there is room."""
    with mounted(disk, 2):
        url = f"sqlite:///{disk / 'quality.db'}"

        async def work(traffic: Traffic) -> None:
            await traffic.flow(1)
            await asyncio.to_thread(fill, disk / "ballast")
            await traffic.flow(3)
            (disk / "ballast").unlink()

        traffic = _through(url, tmp_path / "spool", work)
        assert rows(url) == traffic.kept


def test_a_full_disk_under_the_spool_is_counted(disk: Path, tmp_path: Path) -> None:
    """What finds no room is lost, no more; afterwards rows are kept again."""
    url, registry = f"sqlite:///{tmp_path / 'quality.db'}", CollectorRegistry()
    with mounted(disk, 1):
        spool = Spool(disk / "spool", 10_000_000)
        recorder = SpoolingRecorder(spool, PrometheusMetrics(registry))
        recorder.record(outcome("a"))
        fill(disk / "ballast")
        for number in range(20):
            recorder.record(outcome(f"b{number}"))
        (disk / "ballast").unlink()
        recorder.record(outcome("c"))

        async def empty() -> None:
            store = QualityStore(spool, disk / "spool", url, PrometheusMetrics(CollectorRegistry()))
            store.start()
            async with asyncio.timeout(180):
                while not spool.empty:  # noqa: ASYNC110 - another process empties it
                    await asyncio.sleep(0.1)
            await store.close()

        asyncio.run(empty())
    lost = registry.get_sample_value("svgai_outcomes_dropped_total")
    assert lost
    assert rows(url) == 22 - lost
