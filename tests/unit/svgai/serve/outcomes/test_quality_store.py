"""The process that empties the spool, and what becomes of it and its database."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from prometheus_client import CollectorRegistry

from svgai.arms import Experiment, Switch
from svgai.errors import QualityStoreFault
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.spool import Spool
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from svgai.serve.outcomes.quality_store import NoQualityStore, QualityStore
from svgai.serve.outcomes.writer_process import Known
from tests.fakes.outcomes import outcome

pytestmark = pytest.mark.slow

T = TypeVar("T")


def _run(folder: Path, work: Callable[[QualityStore, Spool], Awaitable[T]], registry: CollectorRegistry) -> T:
    async def bounded() -> T:
        spool = Spool(folder / "spool", 1_000_000)
        store = QualityStore(spool, folder / "spool", f"sqlite:///{folder / 'q.db'}", PrometheusMetrics(registry))
        store.start()
        try:
            return await asyncio.wait_for(work(store, spool), 90)
        finally:
            await store.close()

    return asyncio.run(bounded())


def kept(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "q.db") as connection:
        found = {name for (name,) in connection.execute("SELECT conversion_id FROM conversions")}
    connection.close()
    return found


async def emptied(spool: Spool) -> None:
    while not spool.empty:  # noqa: ASYNC110 - another process empties it
        await asyncio.sleep(0.05)


def test_what_waits_is_written_and_known_throughout(tmp_path: Path) -> None:
    """In the spool, and in the database afterwards; another id is not. Tables are made by the way."""

    async def work(store: QualityStore, spool: Spool) -> list[Known]:
        spool.append(outcome("a1"))
        before = await store.knows("a1")
        await emptied(spool)
        return [before, await store.knows("a1"), await store.knows("b2")]

    assert _run(tmp_path, work, CollectorRegistry()) == [Known.YES, Known.YES, Known.NO]
    assert kept(tmp_path) == {"a1"}


def test_a_store_that_is_closed_has_written_the_last_rows(tmp_path: Path) -> None:
    """A service that is replaced leaves nothing behind."""

    async def work(store: QualityStore, spool: Spool) -> None:
        while await store.knows("none") is Known.CANNOT_SAY:  # noqa: ASYNC110 - another process makes the tables
            await asyncio.sleep(0.05)
        spool.append(outcome("a1"))

    _run(tmp_path, work, CollectorRegistry())
    assert kept(tmp_path) == {"a1"}


def test_a_writer_that_is_killed_is_replaced(tmp_path: Path) -> None:
    """Nothing is lost, nothing doubled, and nothing counted."""
    registry = CollectorRegistry()

    async def work(store: QualityStore, spool: Spool) -> None:
        for number in range(5):
            spool.append(outcome(f"a{number}"))
            await store.knows("none")
            for process in store.processes:
                os.kill(process, signal.SIGKILL)
            await asyncio.sleep(0.3)
        await emptied(spool)

    _run(tmp_path, work, registry)
    assert kept(tmp_path) == {f"a{number}" for number in range(5)}
    assert registry.get_sample_value("svgai_outcomes_dropped_total") == 0


def test_a_database_that_is_gone_is_told_once_and_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is asked of it meanwhile it cannot say; the metrics show it for as long as it is gone."""
    (tmp_path / "q.db").mkdir()
    registry = CollectorRegistry()

    def down() -> float | None:
        return registry.get_sample_value("svgai_quality_database_down")

    async def work(store: QualityStore, spool: Spool) -> tuple[Known, list[float | None]]:
        shown = [down()]
        spool.append(outcome("a1"))
        while not down():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        asked = await store.knows("b2")
        shown.append(down())
        (tmp_path / "q.db").rmdir()
        await emptied(spool)
        while down():  # noqa: ASYNC110 - the answer that it was written comes just after
            await asyncio.sleep(0.01)
        return asked, [*shown, down()]

    assert _run(tmp_path, work, registry) == (Known.CANNOT_SAY, [0, 1, 0])
    assert kept(tmp_path) == {"a1"}
    told = [record.message for record in caplog.records if record.name == "svgai.outcomes"]
    assert told == ["outcomes are not written; they wait in the spool", "outcomes are written again"]


def test_the_metrics_show_what_waits(tmp_path: Path) -> None:
    """The size of the spool while the database is gone, and 0 before and after."""
    (tmp_path / "q.db").mkdir()
    registry = CollectorRegistry()

    def waiting() -> float | None:
        return registry.get_sample_value("svgai_outcomes_spool_bytes")

    async def work(_: QualityStore, spool: Spool) -> list[float | None]:
        shown = [waiting()]
        spool.append(outcome("a1"))
        written = spool.size
        while waiting() != written:  # noqa: ASYNC110 - the store measures it once a second
            await asyncio.sleep(0.01)
        shown.append(waiting())
        (tmp_path / "q.db").rmdir()
        while waiting():  # noqa: ASYNC110 - another process empties it
            await asyncio.sleep(0.01)
        return [*shown, waiting()]

    before, meanwhile, after = _run(tmp_path, work, registry)
    assert (before, after) == (0, 0)
    assert meanwhile


def test_a_spool_that_cannot_be_read_cannot_say(tmp_path: Path) -> None:
    """What nobody knows is believed, and no fault of the service."""

    async def work(store: QualityStore, spool: Spool) -> list[Known]:
        spool.append(outcome("a1"))
        await emptied(spool)
        (tmp_path / "spool" / "0.jsonl").mkdir()
        return [await store.knows("a1"), await store.knows("b2")]

    assert _run(tmp_path, work, CollectorRegistry()) == [Known.YES, Known.CANNOT_SAY]


class BrokenSpool(Spool):
    """Fails as nobody foresaw, so many times."""

    faults = 2

    def close_file(self) -> None:
        if self.faults:
            self.faults -= 1
            raise LookupError("a bug")
        super().close_file()


def test_what_nobody_foresaw_does_not_end_the_writing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and tried again."""

    async def work() -> None:
        spool = BrokenSpool(tmp_path / "spool", 1_000_000)
        store = QualityStore(spool, tmp_path / "spool", f"sqlite:///{tmp_path / 'q.db'}", NoMetrics())
        store.start()
        spool.append(outcome("a1"))
        await emptied(spool)
        spool.faults = 1
        await store.close()
        while store.processes:  # noqa: ASYNC110 - it was told to end
            await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(work(), 90))
    assert kept(tmp_path) == {"a1"}
    assert {record.message for record in caplog.records if record.exc_info} == {"outcomes could not be written"}


EXPERIMENT = Experiment("classifier:1,optimizer:1", "classifier:1,optimizer:2", "split", 0.5)


def test_the_switch_of_an_experiment_is_read_by_the_same_process(tmp_path: Path) -> None:
    """It is noted and on at the first look, and off once somebody has stopped it."""

    async def work(store: QualityStore, spool: Spool) -> list[Switch]:
        spool.append(outcome("a1"))
        await emptied(spool)
        before = await store.look_at(EXPERIMENT)
        with closing(QualityDatabase(f"sqlite:///{tmp_path / 'q.db'}")) as database:
            Experiments(database).stop(EXPERIMENT.name, "slow")
        return [before, await store.look_at(EXPERIMENT)]

    assert _run(tmp_path, work, CollectorRegistry()) == [Switch(on=True), Switch(on=False, reason="slow")]


def test_a_switch_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    """Whoever asks goes by what it said last; where nothing is kept there is no experiment."""
    (tmp_path / "q.db").mkdir()

    async def work(store: QualityStore, _: Spool) -> None:
        await store.look_at(EXPERIMENT)

    with pytest.raises(QualityStoreFault):
        _run(tmp_path, work, CollectorRegistry())
    assert not asyncio.run(NoQualityStore().look_at(EXPERIMENT)).on
