"""The runtime's states: what each of them lets requests do."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry

from svgai.convert.conversion import Conversion
from svgai.errors import AiDisabled, ModelFault, NotReady
from svgai.measure.promise import Promise
from svgai.model_files.model_pair import ArmContents, ModelContents, ModelFile, Models, ModelSource
from svgai.serve.ai_runtime import AiRuntime
from svgai.serve.ai_switch import AiSwitch
from svgai.serve.experiments.live_experiment import NoExperiment
from svgai.serve.inference import Inference
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from svgai.serve.monitoring.service_metrics import NoServiceMetrics
from svgai.serve.workers.conversion_pool import ConversionPool
from tests.fakes.serving_fakes import IdleDecoder, InlinePool, conversion, fake_models


class FakeSource(ModelSource):
    """Loads what it is told to, once it may."""

    def __init__(self, outcome: Models | Exception, may_load: threading.Event | None = None) -> None:
        super().__init__(Path(), Path())
        object.__setattr__(self, "outcome", outcome)
        object.__setattr__(self, "may_load", may_load)
        object.__setattr__(self, "asked_for_gpu", [])

    def read(self) -> ModelContents:
        return cast("ModelContents", self)

    def load(self, *, gpu: bool = False) -> Models:
        self.asked_for_gpu.append(gpu)  # type: ignore[attr-defined]
        if self.may_load is not None:  # type: ignore[attr-defined]
            self.may_load.wait(60)  # type: ignore[attr-defined]
        outcome = self.outcome  # type: ignore[attr-defined]
        if isinstance(outcome, Exception):
            raise outcome
        assert isinstance(outcome, Models)
        return outcome


def _runtime(
    source: ModelSource | None, pool: InlinePool | None = None, challenger: ModelSource | None = None, **changes: Any
) -> tuple[AiRuntime, list[object]]:
    opened: list[object] = []

    def open_pool(used: ArmContents) -> ConversionPool:
        opened.append(used)
        return (pool or InlinePool(lambda *_: conversion())).as_pool()

    def make_inference(models: Models) -> Inference:
        return Inference(
            models,
            promise=lambda _: Promise(0.9, 0.8, 3.0),
            metrics=NoMetrics(),
        )

    settings: dict[str, Any] = {
        "enabled": True,
        "switch": AiSwitch(),
        "equipment": lambda arms: (arms, "limits"),
        "load_timeout_s": 60,
        "metrics": NoMetrics(),
        "service_metrics": NoServiceMetrics(),
        "decoder": IdleDecoder().as_pool(),
        "experiment": NoExperiment(),
    }
    return AiRuntime(
        source, challenger, open_pool=open_pool, make_inference=make_inference, **settings | changes
    ), opened


def test_before_the_start_nothing_answers() -> None:
    """Until the warm-up requests are told to come back."""
    runtime, _ = _runtime(FakeSource(fake_models()))
    assert not runtime.ready
    with pytest.raises(NotReady):
        _ = runtime.inference
    with pytest.raises(NotReady):
        _ = runtime.pool


def test_loaded_models_make_it_ready() -> None:
    """With models and worker processes that answer, everything works and the gauge says so."""
    registry = CollectorRegistry()
    source = FakeSource(fake_models())
    runtime, opened = _runtime(source, metrics=PrometheusMetrics(registry))
    asyncio.run(runtime.start())
    assert (runtime.state, runtime.ready, runtime.fault) == ("ready", True, None)
    assert opened == [{"champion": source}]
    assert runtime.inference is not None
    assert runtime.provider == "redness"
    assert source.asked_for_gpu == [True]  # type: ignore[attr-defined]
    assert registry.get_sample_value("ai_features_enabled") == 1


def test_switched_off_it_is_ready_without_models() -> None:
    """AI_ENHANCED=false is a choice: conversions work, the rest says it is switched off."""
    registry = CollectorRegistry()
    runtime, opened = _runtime(FakeSource(fake_models()), enabled=False, metrics=PrometheusMetrics(registry))
    asyncio.run(runtime.start())
    assert (runtime.state, runtime.ready, opened) == ("disabled", True, [{}])
    assert runtime.pool is not None
    with pytest.raises(AiDisabled, match="AI_ENHANCED"):
        _ = runtime.inference
    assert registry.get_sample_value("ai_features_enabled") == 0


def test_the_operator_takes_models_out_of_use_and_back(tmp_path: Path) -> None:
    """While the file says off: ready, conversions by no models, classify and optimize switched off, the gauge at 0."""
    registry, file = CollectorRegistry(), tmp_path / "ai"
    runtime, _ = _runtime(
        FakeSource(fake_models()), metrics=PrometheusMetrics(registry), switch=AiSwitch(file, every_s=0.01)
    )

    async def turn(word: str, state: str) -> None:
        file.write_text(word)
        while runtime.state != state:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)

    async def life() -> None:
        await runtime.start()
        assert runtime.uses_models
        await asyncio.wait_for(turn("off\n", "disabled"), 60)
        assert (runtime.ready, runtime.uses_models) == (True, False)
        assert registry.get_sample_value("ai_features_enabled") == 0
        with pytest.raises(AiDisabled, match="operator"):
            _ = runtime.inference
        await asyncio.wait_for(turn("on\n", "ready"), 60)
        assert runtime.inference is not None
        assert registry.get_sample_value("ai_features_enabled") == 1
        runtime.close()

    asyncio.run(life())


@pytest.mark.parametrize(
    "source", [None, FakeSource(ModelFault("a digest differs")), FakeSource(PermissionError("may not read"))]
)
def test_broken_models_leave_conversion_working(source: ModelSource | None) -> None:
    """Missing or broken models are a fault: not ready, but conversions work without them."""
    runtime, opened = _runtime(source)
    asyncio.run(runtime.start())
    assert (runtime.state, runtime.ready, opened) == ("failed", False, [{}])
    assert runtime.fault
    assert runtime.pool is not None
    with pytest.raises(AiDisabled):
        _ = runtime.inference


@pytest.mark.parametrize("part,said", [("optimizer", "the optimizer could not"), (None, "the models could not")])
def test_clients_are_not_told_where_models_lie(part: str | None, said: str) -> None:
    """The log has a fault's whole message; what is public names the model alone."""
    fault = ModelFault("TypeError in /srv/models/optimizer.xgb")
    fault.part = part
    runtime, _ = _runtime(FakeSource(fault))
    asyncio.run(runtime.start())
    assert runtime.fault == "TypeError in /srv/models/optimizer.xgb"
    assert (runtime.public_fault or "").startswith(said)
    assert "/srv" not in (runtime.public_fault or "")


def _given_up(models: Models) -> AiRuntime:
    """One that has started without models, which were there after the time for them was over."""
    may_load = threading.Event()
    runtime, _ = _runtime(FakeSource(models, may_load), load_timeout_s=0.05)

    async def life() -> None:
        await runtime.start()
        may_load.set()

    asyncio.run(life())  # the loop waits for its threads as it closes
    return runtime


def test_slow_loading_is_given_up() -> None:
    """Models that take longer than allowed count as broken."""
    runtime = _given_up(fake_models())
    assert runtime.state == "failed"
    assert "0.05 s" in (runtime.fault or "")


def test_models_that_come_too_late_are_not_reported() -> None:
    """The thread that is still loading when it is given up changes nothing when it ends."""
    file = ModelFile(Path("classifier.onnx"), "1", "", 10, "ab")
    models = replace(fake_models(), files={"classifier": file})
    assert _given_up(models).files == {}


def test_what_converts_is_known_once_it_does() -> None:
    """By the version and the content of each model; without models it is nothing, which is an answer too."""
    files = {kind: ModelFile(Path(f"{kind}.x"), "7", "", 10, f"{kind}-digest") for kind in ("classifier", "optimizer")}
    runtime, _ = _runtime(FakeSource(replace(fake_models(), files=files)))
    assert runtime.converts_with("champion") is None
    asyncio.run(runtime.start())
    assert runtime.converts_with("champion") == "classifier:7:classifier-digest,optimizer:7:optimizer-digest"
    bare, _ = _runtime(FakeSource(fake_models()), enabled=False)
    asyncio.run(bare.start())
    assert bare.converts_with("champion") == ""


@pytest.mark.parametrize("failure", [NotReady("no process"), LookupError("unexpected")])
def test_a_pool_that_does_not_answer_is_a_fault(failure: Exception) -> None:
    """Without worker processes nothing is ready, and the start does not raise."""

    def fail(*_: object) -> None:
        raise failure

    runtime, _ = _runtime(FakeSource(fake_models()), InlinePool(fail))
    asyncio.run(runtime.start())
    assert (runtime.state, runtime.ready) == ("failed", False)


@pytest.mark.parametrize("source, state", [(FakeSource(fake_models()), "ready"), (None, "failed")])
def test_processes_that_answer_later_make_it_ready(source: ModelSource | None, state: str) -> None:
    """Those that fail to start are replaced; what is said of the models is theirs again."""
    failures: list[Exception] = [NotReady("no process"), NotReady("no process")]

    def answer(*_: object) -> Conversion:
        if failures:
            raise failures.pop()
        return conversion()

    runtime, _ = _runtime(source, InlinePool(answer), warm_up_again_s=0)

    async def life() -> None:
        await runtime.start()
        assert (runtime.state, runtime.fault) == ("failed", "no process")
        for _ in range(20):
            await asyncio.sleep(0)
        assert runtime.state == state
        assert runtime.fault != "no process"
        assert runtime.ready is (state == "ready")
        assert runtime.pool
        runtime.close()

    asyncio.run(life())


def test_closing_stops_the_pool() -> None:
    """The worker processes end with the service; closing before the start is fine."""
    pool = InlinePool(lambda *_: conversion())
    runtime, _ = _runtime(FakeSource(fake_models()), pool)
    runtime.close()
    asyncio.run(runtime.start())
    runtime.close()
    assert pool.closed


def test_it_may_be_closed_from_another_thread(tmp_path: Path) -> None:
    """As the service does, whose loop goes on meanwhile: nothing looks at the switch any more."""
    runtime, _ = _runtime(FakeSource(fake_models()), switch=AiSwitch(tmp_path / "ai", every_s=60))

    async def life() -> None:
        others = asyncio.all_tasks()
        await runtime.start()
        (watching,) = asyncio.all_tasks() - others
        await asyncio.sleep(0.01)  # until it waits
        await asyncio.to_thread(runtime.close)
        await asyncio.wait([watching], timeout=60)
        assert watching.cancelled()

    asyncio.run(life(), debug=True)  # which refuses what is not safe


def test_it_is_ready_only_while_there_are_processes() -> None:
    """Where none is left and none can be started it says so, and is ready again once that is over."""
    pool, decoder = InlinePool(lambda *_: conversion()), IdleDecoder()
    runtime, _ = _runtime(FakeSource(fake_models()), pool, decoder=decoder.as_pool())
    asyncio.run(runtime.start())
    for part in (pool, decoder):
        part.able = False
        assert not runtime.ready
        part.able = True
        assert runtime.ready


class BegunExperiment(NoExperiment):
    """Keeps what was begun."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str]] = []

    def begin(self, champion: str, challenger: str) -> None:
        self.begun.append((champion, challenger))


def test_a_challenger_that_answers_begins_an_experiment() -> None:
    """The processes get the models of both arms, and the experiment their versions; requests get the champion."""
    champion, challenger, experiment = FakeSource(fake_models()), FakeSource(fake_models()), BegunExperiment()
    runtime, opened = _runtime(champion, challenger=challenger, experiment=experiment)
    asyncio.run(runtime.start())
    assert runtime.ready
    assert opened == [{"champion": champion, "challenger": challenger}]
    assert experiment.begun == [("classifier:1,optimizer:2", "classifier:1,optimizer:2")]


@pytest.mark.parametrize("fault", [ModelFault("a digest differs"), MemoryError()])
def test_a_broken_challenger_leaves_the_champion_alone(fault: Exception) -> None:
    """Without it there is no experiment; everything else is as it would be."""
    champion, experiment = FakeSource(fake_models()), BegunExperiment()
    runtime, opened = _runtime(champion, challenger=FakeSource(fault), experiment=experiment)
    asyncio.run(runtime.start())
    assert (runtime.state, runtime.ready, runtime.fault) == ("ready", True, None)
    assert opened == [{"champion": champion}]
    assert experiment.begun == []


def _named(digest: str) -> Models:
    files = {kind: ModelFile(Path(f"{kind}.x"), digest, "", 10, digest) for kind in ("classifier", "optimizer")}
    return replace(fake_models(), files=files)


def _reloaded(runtime: AiRuntime, source: FakeSource, outcome: Models | Exception) -> bool:
    async def work() -> bool:
        await runtime.start()
        object.__setattr__(source, "outcome", outcome)
        return await runtime.reload()

    return asyncio.run(work())


def test_other_models_take_over_everywhere_at_once() -> None:
    """Batches, conversion processes, what names their conversions, and what is told of them."""
    source, pool = FakeSource(_named("old")), InlinePool(lambda *_: conversion())
    runtime, _ = _runtime(source, pool)
    assert _reloaded(runtime, source, _named("new"))
    assert pool.renewed_with == [({"champion": source}, "limits")]
    assert runtime.converts_with("champion") == "classifier:new:new,optimizer:new:new"
    assert (runtime.ready, runtime.files["classifier"].version) == (True, "new")


@pytest.mark.parametrize("fault", [ModelFault("a digest differs"), MemoryError()])
def test_where_other_models_do_not_load_all_keep_the_old_ones(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """No process is started for them, and the log says why."""
    source, pool = FakeSource(_named("old")), InlinePool(lambda *_: conversion())
    runtime, _ = _runtime(source, pool)
    assert not _reloaded(runtime, source, fault)
    assert (pool.renewed_with, runtime.ready) == ([], True)
    assert runtime.converts_with("champion") == "classifier:old:old,optimizer:old:old"
    assert "those that there were stay" in caplog.text


def test_where_new_processes_do_not_answer_all_keep_the_old_models() -> None:
    """Also the worker itself, which has loaded the new ones by then."""
    source, pool = FakeSource(_named("old")), InlinePool(lambda *_: conversion())
    runtime, _ = _runtime(source, pool)
    pool.renewal_fault = NotReady("no memory for them")
    assert not _reloaded(runtime, source, _named("new"))
    assert runtime.files["classifier"].version == "old"
    assert runtime.converts_with("champion") == "classifier:old:old,optimizer:old:old"


def test_the_same_models_are_not_loaded_twice() -> None:
    """A signal without a change does nothing."""
    source, pool = FakeSource(_named("old")), InlinePool(lambda *_: conversion())
    runtime, _ = _runtime(source, pool)
    assert not _reloaded(runtime, source, _named("old"))
    assert pool.renewed_with == []


def test_a_service_whose_models_failed_is_ready_once_they_are_mended() -> None:
    """Without a restart."""
    source, registry = FakeSource(ModelFault("damaged")), CollectorRegistry()
    runtime, _ = _runtime(source, metrics=PrometheusMetrics(registry))
    assert _reloaded(runtime, source, _named("new"))
    assert (runtime.state, runtime.ready, runtime.fault, runtime.public_fault) == ("ready", True, None, None)
    assert registry.get_sample_value("ai_features_enabled") == 1


@pytest.mark.parametrize("changes", [{"enabled": False}, {"challenger": FakeSource(fake_models())}])
def test_models_that_are_not_used_or_compared_are_not_reloaded(changes: dict[str, Any]) -> None:
    """AI_ENHANCED=false has none; an experiment would go on with others than it began with."""
    source, pool = FakeSource(_named("old")), InlinePool(lambda *_: conversion())
    runtime, _ = _runtime(source, pool, **changes)
    assert not _reloaded(runtime, source, _named("new"))
    assert pool.renewed_with == []
