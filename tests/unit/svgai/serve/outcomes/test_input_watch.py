"""What has changed about the images, published by a service."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from svgai.errors import QualityStoreFault
from svgai.model_files.input_reference import Histogram, InputReference
from svgai.outcomes.drift_watch import ROWS_AT_ONCE
from svgai.outcomes.outcome import Outcome, now
from svgai.outcomes.quality_database import QualityDatabase
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from svgai.serve.outcomes.input_watch import InputWatch
from svgai.serve.outcomes.quality_store import NoQualityStore, QualityStore
from svgai.serve.outcomes.writer_process import drift_asked, read_drift, set_up
from svgai.serve.processes.working_process import Handler
from tests.unit.svgai.outcomes.test_drift_watch import images, reference


class Answers:
    """A store that gives these, and then goes away."""

    kept = True

    def __init__(self, *answers: Mapping[str, float]) -> None:
        self.answers = list(answers)

    async def drift_from(self, _: InputReference) -> Mapping[str, float]:
        if not self.answers:
            raise QualityStoreFault("away")
        return self.answers.pop(0)


def one_feature(name: str) -> InputReference:
    return InputReference(histograms={name: Histogram(edges=(0.5,), counts=(1, 1))})


class Told(NoMetrics):
    """Notes what it is told, in order."""

    def __init__(self) -> None:
        self.indices: list[tuple[str, float]] = []

    def drifted(self, feature: str, index: float) -> None:
        self.indices.append((feature, index))


def test_other_models_are_compared_anew() -> None:
    """What was said of the former ones holds no more, and what they alone were compared by has nothing to say."""
    references, metrics = [one_feature("old"), one_feature("old"), one_feature("new"), None], Told()

    async def run() -> None:
        def loaded() -> InputReference | None:
            return references.pop(0) if len(references) > 1 else None

        watch = InputWatch(cast("QualityStore", Answers({"old": 0.3}, {})), loaded, metrics, every_s=0)
        watch.start()
        for _ in range(20):
            await asyncio.sleep(0)
        watch.close()

    asyncio.run(run())
    assert metrics.indices == [("old", 0), ("old", 0.3), ("old", 0), ("new", 0), ("new", 0)]


def watched(store: object, registry: CollectorRegistry) -> None:
    async def run() -> None:
        metrics = PrometheusMetrics(registry)
        watch = InputWatch(cast("QualityStore", store), reference, metrics, every_s=0)
        watch.start()
        for _ in range(20):
            await asyncio.sleep(0)
        watch.close()

    asyncio.run(run())


def test_what_changed_is_a_gauge_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """A database that goes away leaves the last word as it is."""
    registry = CollectorRegistry()
    with caplog.at_level(logging.WARNING, logger="svgai.drift"):
        watched(
            Answers({"grain": 0.0, "type": 0.0}, {"grain": 0.3, "type": 0.0}, {"grain": 0.4, "type": 0.0}), registry
        )
    assert registry.get_sample_value("svgai_input_drift", {"feature": "grain"}) == 0.4
    assert registry.get_sample_value("svgai_input_drift", {"feature": "type"}) == 0
    assert [record.message for record in caplog.records] == ["the images have changed"]


def test_every_feature_that_could_change_is_a_series_from_the_start() -> None:
    """0, before anything is looked at."""
    registry = CollectorRegistry()

    async def run() -> None:
        watch = InputWatch(cast("QualityStore", Answers()), reference, PrometheusMetrics(registry))
        watch.start()
        watch.close()

    asyncio.run(run())
    published = {
        name: registry.get_sample_value("svgai_input_drift", {"feature": name}) for name in reference().histograms
    }
    assert published
    assert set(published.values()) == {0}


def test_nothing_is_looked_at_where_nothing_is_kept() -> None:
    """Nor is there a task to end."""
    watch = InputWatch(NoQualityStore(), lambda: None, NoMetrics())
    watch.start()
    watch.close()


def test_the_writer_compares_what_all_services_have_written(tmp_path: Path) -> None:
    """From the database; asked again it goes on, and another reference begins anew."""
    handle = _writer(tmp_path, images(700, 1, grain=0.4))
    for _ in range(2):
        found = read_drift(handle(drift_asked(reference())))
        assert [name for name, index in found.items() if index] == ["grain"]
    assert (
        read_drift(handle(drift_asked(InputReference(histograms={"grain": reference().histograms["grain"]}))))["grain"]
        > 0.25
    )


@pytest.mark.slow
def test_the_writer_catches_up_with_what_waits(tmp_path: Path) -> None:
    """One look takes more than the rows that are read at once."""
    handle = _writer(tmp_path, [*images(ROWS_AT_ONCE, 1), *images(700, 2, grain=0.4)])
    assert read_drift(handle(drift_asked(reference())))["grain"] > 0.25


def _writer(folder: Path, made: Sequence[Outcome]) -> Handler:
    """What writes to a database with these, a second after each other."""
    url = f"sqlite:///{folder / 'quality.db'}"
    database = QualityDatabase(url)
    database.migrate()
    recent = now() - timedelta(hours=1)
    database.write(
        one.model_copy(update={"created_at": recent + timedelta(seconds=place)}) for place, one in enumerate(made)
    )
    return set_up(folder / "spool", url)
