"""The status report: what it says in each state, and that it is not made too often."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from svgai.api.schemas.status import AiStatus, State
from svgai.errors import ConversionTimeout, NotReady, Overloaded
from svgai.model_files.model_pair import ModelFile
from svgai.serve.ai_runtime import AiRuntime
from svgai.serve.ai_status import FRESH_SECONDS, AiStatusReport
from svgai.serve.monitoring.recent_quality import Recent, RecentQuality
from svgai.serve.workers.conversion_pool import ConversionPool
from tests.fakes.serving_fakes import InlinePool, conversion

NOTHING = Recent(0, None)


class FakeRuntime:
    """A runtime in a given state."""

    def __init__(self, state: State, files: dict[str, ModelFile], pool: InlinePool | None) -> None:
        self.state, self.files, self.public_fault = state, files, None
        self.provider = "CPUExecutionProvider" if files else None
        self._pool = pool

    @property
    def pool(self) -> ConversionPool:
        if self._pool is None:
            raise NotReady("not yet")
        return self._pool.as_pool()


class FakeQuality:
    """Recent conversions that a test names."""

    def __init__(self, recent: Recent) -> None:
        self.read = lambda: recent


class SlowPool(InlinePool):
    """Takes a moment for each answer."""

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        await asyncio.sleep(0.01)
        return await super().run(function, *args)


def _report(
    runtime: FakeRuntime, recent: Recent = NOTHING, clock: Callable[[], float] = time.monotonic
) -> AiStatusReport:
    quality = cast("RecentQuality", FakeQuality(recent))
    return AiStatusReport(cast("AiRuntime", runtime), quality, 0.85, clock)


def _read(runtime: FakeRuntime, times: tuple[float, ...] = (0.0,), recent: Recent = NOTHING) -> AiStatus:
    now = times[0]
    report = _report(runtime, recent, lambda: now)

    async def read() -> AiStatus:
        nonlocal now
        for now in times:  # noqa: B007 - the clock reads it
            status = await report.read()
        return status

    return asyncio.run(read())


def test_loaded_models_are_described() -> None:
    """Each model has its status, size and version; a real conversion is timed."""
    file = ModelFile(Path("classifier.onnx"), "7", "run", 1_500_000, "ab")
    status = _read(FakeRuntime("ready", {"classifier": file}, InlinePool(lambda *_: conversion())))
    assert status.ai_status == "ready"
    model = status.checks.models["classifier"]
    assert (model.status, model.size_mb, model.version, model.run_id) == ("loaded", 1.5, "7", "run")
    assert status.checks.performance.status == "ok"
    assert (status.checks.performance.test_duration_ms or 0) >= 0
    assert "vtracer" in status.checks.environment
    assert status.checks.environment["execution_provider"] == "CPUExecutionProvider"


def test_while_loading_it_answers() -> None:
    """Before there is a pool the report says what is missing."""
    status = _read(FakeRuntime("loading", {}, None))
    assert {model.status for model in status.checks.models.values()} == {"not_loaded"}
    assert "execution_provider" not in status.checks.environment
    assert (status.checks.performance.status, status.checks.performance.fault) == ("failed", "not yet")


def test_asking_often_converts_once() -> None:
    """Within a few seconds the same report is given again, afterwards a new one."""
    pool = InlinePool(lambda *_: conversion())
    _read(FakeRuntime("ready", {}, pool), (0.0, FRESH_SECONDS / 2))
    assert len(pool.calls) == 1
    _read(FakeRuntime("ready", {}, pool), (0.0, FRESH_SECONDS + 1))
    assert len(pool.calls) == 3


def test_other_models_are_told_of_at_once() -> None:
    """Not after the report on those before has become old."""
    old, new = (ModelFile(Path("classifier.onnx"), version, "", 1, version) for version in ("1", "2"))
    runtime = FakeRuntime("ready", {"classifier": old}, InlinePool(lambda *_: conversion()))
    report = _report(runtime, clock=lambda: 0.0)

    async def read() -> list[str | None]:
        before = await report.read()
        runtime.files = {"classifier": new}
        return [status.checks.models["classifier"].version for status in (before, await report.read())]

    assert asyncio.run(read()) == ["1", "2"]


def test_readers_who_come_together_share_one_probe() -> None:
    """Twenty first readers make one conversion and get one report; one who leaves takes nothing from the others."""
    pool = SlowPool(lambda *_: conversion())
    report = _report(FakeRuntime("ready", {}, pool))

    async def read() -> list[AiStatus]:
        leaving = asyncio.create_task(report.read())
        others = [asyncio.create_task(report.read()) for _ in range(20)]
        await asyncio.sleep(0)
        leaving.cancel()
        return await asyncio.gather(*others)

    first, *others = asyncio.run(read())
    assert len(pool.calls) == 1
    assert all(other is first for other in others)


def test_a_pool_without_room_is_busy() -> None:
    """That there is more to do than can be done is no failure; a conversion that does not come back is."""

    def refuse(*_: object) -> None:
        raise Overloaded("too many wait")

    def hang(*_: object) -> None:
        raise ConversionTimeout("ran longer")

    performance = _read(FakeRuntime("ready", {}, InlinePool(refuse))).checks.performance
    assert (performance.status, performance.fault, performance.test_duration_ms) == ("busy", "too many wait", None)
    assert _read(FakeRuntime("ready", {}, InlinePool(hang))).checks.performance.status == "failed"


@pytest.mark.parametrize(
    "state,recent,said,quality",
    [
        ("ready", Recent(50, 0.85), "ready", "ok"),
        ("ready", Recent(50, 0.84), "degraded", "low"),
        ("ready", Recent(5, None), "ready", "unknown"),
        ("disabled", Recent(50, 0.84), "disabled", "low"),
    ],
)
def test_a_low_recent_quality_is_degraded(state: State, recent: Recent, said: str, quality: str) -> None:
    """Where the models are in use; what was measured and the threshold are told, and why in words."""
    status = _read(FakeRuntime(state, {}, InlinePool(lambda *_: conversion())), recent=recent)
    assert (status.ai_status, status.checks.quality.status) == (said, quality)
    assert (status.checks.quality.conversions, status.checks.quality.threshold) == (recent.conversions, 0.85)
    assert (status.fault is not None) == (said == "degraded")
    assert "AI_QUALITY_THRESHOLD" in (status.fault or "AI_QUALITY_THRESHOLD")


def test_a_degraded_report_is_kept_as_long_as_any() -> None:
    """It is not made anew at each reading."""
    pool = InlinePool(lambda *_: conversion())
    _read(FakeRuntime("ready", {}, pool), (0.0, FRESH_SECONDS / 2), Recent(50, 0.5))
    assert len(pool.calls) == 1
