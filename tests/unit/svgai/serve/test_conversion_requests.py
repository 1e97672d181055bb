"""Conversions: options, answers, metrics and the comparison with the default tracing."""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from svgai.api.schemas.answers import ConvertAnswer
from svgai.api.schemas.image_forms import ConvertForm
from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.convert.cutter import Cutter
from svgai.convert.finishing.finish import Finish
from svgai.errors import ClientGone, ConversionTimeout, InvalidImage, Overloaded, TracingFailed
from svgai.logo_types import LOGO_TYPES
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.outcomes.outcome import explored_id, is_answer, shadowed_id
from svgai.serve.cache.conversion_cache import NoCache, StoredConversions
from svgai.serve.cache.memory_store import MemoryStore
from svgai.serve.conversion_requests import EXPLORED_SHARE, Conversions
from svgai.serve.experiments.live_experiment import Assignment, NoExperiment
from svgai.serve.experiments.shadow import NoShadow, ShadowTask
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from svgai.serve.outcomes.recorder import NoRecorder
from svgai.serve.workers.conversion_worker import convert_image, explore_image, measure_default
from svgai.trace.parameters import TracingParameters
from tests.fakes.outcomes import KeptRecords
from tests.fakes.serving_fakes import InlinePool, conversion

OPTIONS = ConversionOptions(targets=dict.fromkeys(LOGO_TYPES, 0.9))
DEFAULT = Quality(ssim=0.9, worst=0.4, edge_ssim=0.5, delta_e=2, bytes=5000, paths=30)


async def accept(_: bytes) -> None:
    """Of an image nothing is seen to be wrong."""


def _convert(
    form: ConvertForm, pool: InlinePool, key: str | None = None, **changes: Any
) -> tuple[ConvertAnswer, CollectorRegistry]:
    registry = CollectorRegistry()
    conversions = _conversions(pool, registry, **changes)

    async def work() -> ConvertAnswer:
        answer = await conversions.convert(form, key)
        await asyncio.sleep(0)  # lets a comparison that was begun take its turn
        await asyncio.sleep(0)
        return answer

    return asyncio.run(work()), registry


def _conversions(pool: InlinePool, registry: CollectorRegistry, **changes: Any) -> Conversions:
    settings: dict[str, Any] = {"check": accept, "compare": True, "chance": lambda: 1.0, "cache": NoCache()}
    settings |= {"models": lambda _: "m", "code": "c", "recorder": NoRecorder()}
    settings |= {"experiment": NoExperiment(), "shadow": NoShadow()} | changes
    return Conversions(pool.as_pool, options=OPTIONS, metrics=PrometheusMetrics(registry), **settings)


def _answer(function: object, *_: object) -> object:
    return DEFAULT if function is measure_default else conversion()


def test_the_answer_carries_the_measurements() -> None:
    """What the worker measured is what the client reads."""
    answer, _ = _convert(ConvertForm(image=b"x"), InlinePool(_answer))
    assert (answer.svg, answer.quality.ssim, answer.quality.paths, answer.trials) == ("<svg/>", 0.97, 3, 2)
    assert (answer.type, answer.ai, answer.met_target) == ("simple", "used", True)
    assert (answer.quality.worst, answer.min_worst, answer.missed) == (0.85, 0.8, [])
    assert answer.quality.measured_px == 48
    assert len(answer.conversion_id) == 32


def test_models_that_are_switched_off_convert_nothing() -> None:
    """The process is asked to convert by no arm, no experiment counts the image, and what is kept is kept apart."""
    asked: list[object] = []

    def convert_by(_: object, __: bytes, ___: object, arm: object) -> object:
        asked.append(arm)
        return conversion()

    named: list[object] = []

    def names(arm: object) -> str:
        named.append(arm)
        return ""

    _convert(ConvertForm(image=b"x"), InlinePool(convert_by), models=names, uses_models=lambda: False)
    assert (asked, named) == ([None], [None])


def test_the_answer_says_what_fell_short() -> None:
    """A promise that was not kept is told as such, and by what."""
    pool = InlinePool(lambda *_: conversion(promise=Promise(0.98, 0.9, 3.0, 1000)))
    answer, registry = _convert(ConvertForm(image=b"x"), pool)
    assert (answer.met_target, answer.missed) == (False, ["ssim", "worst", "bytes"])
    assert (answer.target_quality, answer.min_worst) == (0.98, 0.9)
    assert registry.get_sample_value("svgai_target_met_total", {"image_type": "simple", "met": "no"}) == 1


def test_without_models_the_answer_says_so() -> None:
    """A conversion with fixed tracings is marked."""
    pool = InlinePool(lambda *_: conversion(logo_type=None, model_version="none"))
    answer, registry = _convert(ConvertForm(image=b"x"), pool)
    assert (answer.type, answer.ai) == (None, "disabled")
    assert registry.get_sample_value("svgai_conversion_seconds_count", {"image_type": "unknown"}) == 1


def test_options_reach_the_worker() -> None:
    """What the form says replaces the defaults, what it leaves out does not; base64 is decoded."""
    pool = InlinePool(_answer)
    parameters = TracingParameters(upscale=3)
    form = {"target_quality": 0.8, "min_worst": 0, "max_bytes": 900, "max_trials": 2, "parameters": parameters}
    form |= {"strokes": "never", "background": "#fff", "units": "mm"}
    _convert(ConvertForm(image="eHl6", **form), pool)
    function, image, options, _ = pool.calls[0]
    assert (function, image) == (convert_image, b"xyz")
    assert (options.target_quality, options.max_trials, options.parameters) == (0.8, 2, parameters)
    assert (options.min_worst, options.max_bytes) == (0, 900)
    assert (options.strokes, options.background, options.units) == ("never", "#fff", "mm")
    _convert(ConvertForm(image="eHl6"), pool)
    assert pool.calls[1][2] == OPTIONS


def test_what_is_asked_of_the_finished_svg_reaches_the_worker() -> None:
    """As values; a picture in one ink is not compared with the default, which knows no inks."""
    pool = InlinePool(_answer)
    form = {"precision": 2, "palette": "#FFF, #003da5", "monochrome": "currentColor", "pretty": True}
    _convert(ConvertForm(image=b"x", **form), pool)
    options = pool.calls[0][2]
    assert options.finish == Finish(2, ("#ffffff", "#003da5"), current_colour=True, pretty=True)
    assert options.monochrome == "currentColor"
    assert len(pool.calls) == 1


def test_a_cutter_reaches_the_worker() -> None:
    """As a value; parts to cut are not compared with the default, which knows no blades."""
    pool = InlinePool(_answer)
    _convert(ConvertForm(image=b"x", cutter="0.5mm"), pool)
    assert pool.calls[0][2].cutter == Cutter(0.5, "mm")
    assert len(pool.calls) == 1


@pytest.mark.parametrize("image, fault", [("no base64!", "not base64"), ("eHl6", "checked: b'xyz'")])
def test_an_image_that_is_seen_to_be_wrong_takes_no_place_in_the_pool(image: str, fault: str) -> None:
    """It is refused though the pool is full, or not there yet."""

    async def refuse(data: bytes) -> None:
        raise InvalidImage(f"checked: {data!r}")

    def full(*_: object) -> object:
        raise Overloaded("full", 1)

    pool = InlinePool(full)
    with pytest.raises(InvalidImage, match=fault):
        _convert(ConvertForm(image=image), pool, check=refuse)
    assert pool.calls == []


def test_conversions_are_counted() -> None:
    """Stage times, quality, size, trials and targets are published; the target only as a band."""
    _, registry = _convert(ConvertForm(image=b"x", target_quality=0.123456), InlinePool(_answer))
    labels = {"image_type": "simple"}
    assert registry.get_sample_value("svgai_conversion_ssim_sum", labels) == 0.97
    assert registry.get_sample_value("svgai_conversion_worst_sum", labels) == 0.85
    assert registry.get_sample_value("svgai_conversion_bytes_sum", labels) == 1200
    assert registry.get_sample_value("svgai_target_met_total", labels | {"met": "yes"}) == 1
    assert registry.get_sample_value("ai_optimization_iterations_sum", labels | {"target_quality": "0.95"}) == 2
    stage = {"model_name": "tracing", "operation": "convert"}
    assert registry.get_sample_value("ai_model_inference_seconds_sum", stage) == 0.1


def test_a_share_is_compared_with_the_default() -> None:
    """Of the sampled conversions the gain over the default tracing is published."""
    _, registry = _convert(ConvertForm(image=b"x"), InlinePool(_answer), chance=lambda: 0.0)
    gain = registry.get_sample_value("ai_quality_improvement_percent_sum", {"image_type": "simple"})
    assert gain is not None
    assert round(gain, 3) == round(100 * 0.07 / 0.9, 3)


def test_nothing_is_compared_while_others_wait() -> None:
    """A busy pool, a missed draw or the setting leave the comparison out."""
    busy = InlinePool(_answer)
    busy.idle = False
    for pool, changes in (
        (busy, {"chance": lambda: 0.0}),
        (InlinePool(_answer), {"chance": lambda: 0.9}),
        (InlinePool(_answer), {"chance": lambda: 0.0, "compare": False}),
    ):
        _convert(ConvertForm(image=b"x"), pool, **changes)
        assert [call[0] for call in pool.calls] == [convert_image]


def test_a_failed_comparison_hurts_nobody() -> None:
    """The client has the answer already; the failure is only logged."""

    def fail_default(function: object, *_: object) -> object:
        if function is measure_default:
            raise TracingFailed("died")
        return conversion()

    answer, registry = _convert(ConvertForm(image=b"x"), InlinePool(fail_default), chance=lambda: 0.0)
    assert answer.svg
    assert registry.get_sample_value("ai_quality_improvement_percent_count", {"image_type": "simple"}) == 0


def test_what_a_conversion_came_to_is_kept() -> None:
    """Under the id that the client gets, with its key's name and the digest of the image file."""
    kept = KeptRecords()
    answer, _ = _convert(ConvertForm(image="eHl6"), InlinePool(_answer), "shop", recorder=kept)
    (outcome,) = kept.outcomes
    assert (outcome.conversion_id, outcome.key_name, outcome.error_code) == (answer.conversion_id, "shop", None)
    assert outcome.image_sha256 == hashlib.sha256(b"xyz").hexdigest()
    assert (outcome.ssim, outcome.met, outcome.trials) == (0.97, True, 2)
    assert set(outcome.seconds) == {"classifier", "optimizer", "tracing", "processor", "total"}


@pytest.mark.parametrize(
    "image, fault, code, digest",
    [
        ("no base64!", None, "invalid_image", None),
        ("eHl6", Overloaded("full", 1), "overloaded", hashlib.sha256(b"xyz").hexdigest()),
        ("eHl6", ConversionTimeout("too long"), "timeout", hashlib.sha256(b"xyz").hexdigest()),
        ("eHl6", RuntimeError("nobody foresaw it"), "internal_error", hashlib.sha256(b"xyz").hexdigest()),
        ("eHl6", asyncio.CancelledError("client_gone"), "client_gone", hashlib.sha256(b"xyz").hexdigest()),
        ("eHl6", asyncio.CancelledError(), "timeout", hashlib.sha256(b"xyz").hexdigest()),
    ],
)
def test_one_without_an_answer_is_kept_too(
    image: str, fault: BaseException | None, code: str, digest: str | None
) -> None:
    """With the code of its error, and what its client asked for."""

    def fail(*_: object) -> object:
        assert fault
        raise fault

    kept = KeptRecords()
    with pytest.raises(type(fault) if fault else InvalidImage):
        _convert(ConvertForm(image=image, target_quality=0.8), InlinePool(fail), recorder=kept)
    (outcome,) = kept.outcomes
    assert (outcome.error_code, outcome.image_sha256, outcome.target, outcome.met) == (code, digest, 0.8, None)


class FixedAssignment(NoExperiment):
    """Gives every image to the same arm, and keeps their digests."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.seen: list[str] = []

    def assign(self, image_sha256: str) -> Assignment:
        self.seen.append(image_sha256)
        return self.assignment


class KeptTasks(NoShadow):
    """A shadow whose tasks can be looked at."""

    def __init__(self) -> None:
        self.tasks: list[ShadowTask] = []

    def offer(self, task: ShadowTask) -> bool:
        self.tasks.append(task)
        return True


def test_the_arm_converts_and_is_in_the_answer_and_the_row() -> None:
    """The challenger's models convert what is given to it; without an experiment the answer has no arm at all."""
    pool, rows = InlinePool(_answer), KeptRecords()
    experiment = FixedAssignment(Assignment("challenger", "optimizer-3-against-2.split-1"))
    answer, _ = _convert(ConvertForm(image=b"x"), pool, experiment=experiment, recorder=rows)
    assert pool.calls[0] == (convert_image, b"x", OPTIONS, "challenger")
    assert experiment.seen == [hashlib.sha256(b"x").hexdigest()]
    assert answer.arm == "challenger"
    assert [(row.arm, row.experiment) for row in rows.outcomes] == [("challenger", "optimizer-3-against-2.split-1")]
    plain, _ = _convert(ConvertForm(image=b"x"), pool, recorder=rows)
    assert pool.calls[1][-1] == "champion"
    assert "arm" not in plain.model_dump()
    assert rows.outcomes[1].arm is None


def test_what_a_challenger_fails_at_counts_for_it() -> None:
    """The row of a failure has its arm, too."""
    rows = KeptRecords()

    def fail(*_: object) -> object:
        raise TracingFailed("none")

    experiment = FixedAssignment(Assignment("challenger", "e"))
    with pytest.raises(TracingFailed):
        _convert(ConvertForm(image=b"x"), InlinePool(fail), experiment=experiment, recorder=rows)
    assert [(row.arm, row.error_code) for row in rows.outcomes] == [("challenger", "tracing_failed")]


def test_given_parameters_have_no_arm() -> None:
    """Where the tracing is given there is nothing for models to choose."""
    experiment = FixedAssignment(Assignment("challenger", "e"))
    form = ConvertForm(image=b"x", parameters=TracingParameters())
    answer, _ = _convert(form, InlinePool(_answer), experiment=experiment)
    assert (answer.arm, experiment.seen) == (None, [])


FAULT = TracingFailed("no")


@pytest.mark.parametrize("made, figures", [(conversion(trials=7), (7, None)), (FAULT, (0, "tracing_failed"))])
def test_in_shadow_both_arms_have_a_row(made: Conversion | TracingFailed, figures: tuple[int, str | None]) -> None:
    """The champion answers; what the challenger makes of the same is kept beside it, with nothing of the other's."""
    rows, shadow = KeptRecords(), KeptTasks()
    experiment = FixedAssignment(Assignment("champion", "e", in_shadow=True))
    form = ConvertForm(image=b"x", target_quality=0.8)
    answer, _ = _convert(form, InlinePool(_answer), "key", experiment=experiment, shadow=shadow, recorder=rows)
    (task,) = shadow.tasks
    task.done(made)
    champion, challenger = rows.outcomes
    assert (answer.arm, champion.arm, challenger.arm) == ("champion", "champion", "challenger")
    assert (task.image, task.options.target_quality) == (b"x", 0.8)
    assert challenger.conversion_id == shadowed_id(champion.conversion_id)
    assert (challenger.experiment, challenger.key_name) == ("e", "key")
    assert (challenger.image_sha256, challenger.trials, challenger.error_code) == (champion.image_sha256, *figures)
    assert challenger.ssim == (None if isinstance(made, TracingFailed) else made.quality.ssim)


DRAWN = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def _several(forms: Sequence[ConvertForm], pool: InlinePool, **changes: Any) -> tuple[list[ConvertAnswer], Any]:
    """The answers of one service to one request after the other."""
    registry = CollectorRegistry()
    cache = StoredConversions(MemoryStore(10**6), NoMetrics())
    conversions = _conversions(pool, registry, **{"cache": cache} | changes)

    async def work() -> list[ConvertAnswer]:
        return [await conversions.convert(form) for form in forms]

    return asyncio.run(work()), registry


def test_an_equal_request_takes_no_place_in_the_pool() -> None:
    """It has the answer of the first under an id of its own; only what was made is counted as a conversion."""
    checked = []

    async def check(image: bytes) -> None:
        checked.append(image)

    pool = InlinePool(lambda *_: conversion(svg=DRAWN))
    forms = [ConvertForm(image="eHl6", background="#FFF"), ConvertForm(image=b"xyz", background="#ffffff")]
    (made, kept), registry = _several(forms, pool, check=check)
    assert (made.cached, kept.cached) == (False, True)
    assert made.conversion_id != kept.conversion_id
    own = {"cached", "conversion_id"}
    assert made.model_dump(exclude=own) == kept.model_dump(exclude=own)
    assert (len(pool.calls), checked) == (1, [b"xyz"])
    assert registry.get_sample_value("svgai_conversion_seconds_count", {"image_type": "simple"}) == 1


@pytest.mark.parametrize("other", [{"image": b"y"}, {"target_quality": 0.9}, {"cache": False}])
def test_another_request_is_converted(other: dict[str, Any]) -> None:
    """Another image, another option, or one that asks for it."""
    pool = InlinePool(lambda *_: conversion(svg=DRAWN))
    form = {"image": b"x"}
    answers, _ = _several([ConvertForm(**form), ConvertForm(**form | other)], pool)
    assert [answer.cached for answer in answers] == [False, False]
    assert len(pool.calls) == 2


def test_nothing_is_answered_from_the_cache_before_the_models_are_there() -> None:
    """Which ones they will be is not known; other models are other conversions."""
    pool, forms = InlinePool(lambda *_: conversion(svg=DRAWN)), [ConvertForm(image=b"x")] * 5
    models = iter(["old", "old", "old", None, "new", "new", "new"])  # also asked whether they are still the same
    answers, _ = _several(forms, pool, models=lambda _: next(models))
    assert [answer.cached for answer in answers] == [False, True, False, False, True]


def test_an_answer_from_the_cache_has_a_row_in_which_nothing_was_tried() -> None:
    """So that it can be rated, and no tracing is learned from twice."""
    rows, form = KeptRecords(), ConvertForm(image=b"x")
    _, again = _several([form, form], InlinePool(lambda *_: conversion(svg=DRAWN)), recorder=rows)[0]
    _, row = rows.outcomes
    assert (row.conversion_id, row.cached, row.tried) == (again.conversion_id, True, ())
    assert set(row.seconds) == {"total"}


def test_what_is_made_for_one_who_has_left_is_kept_for_the_next() -> None:
    """One row has what was tried, and it is counted once, whoever wanted it first."""
    registry, rows = CollectorRegistry(), KeptRecords()
    pool = InlinePool(lambda *_: conversion(svg=DRAWN))
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def check(_: bytes) -> None:
        begun.set()
        await goes_on.wait()

    async def work() -> ConvertAnswer:
        cache = StoredConversions(MemoryStore(10**6), NoMetrics())
        conversions = _conversions(pool, registry, cache=cache, check=check, recorder=rows)
        first, second = (asyncio.create_task(conversions.convert(ConvertForm(image=b"x"))) for _ in range(2))
        await begun.wait()
        await asyncio.sleep(0.05)  # the second is prepared in a thread
        first.cancel(ClientGone.code)
        goes_on.set()
        return await second

    answer = asyncio.run(work())
    left, kept = rows.outcomes
    assert (left.error_code, kept.error_code) == ("client_gone", None)
    assert (answer.cached, kept.cached, len(pool.calls)) == (False, False, 1)
    assert "tracing" in kept.seconds
    assert registry.get_sample_value("svgai_conversion_seconds_count", {"image_type": "simple"}) == 1


def test_each_arm_has_answers_of_its_own() -> None:
    """What the champion made is none of the challenger's."""
    arms = iter(["champion", "challenger", "challenger"])

    class Turns(NoExperiment):
        def assign(self, image_sha256: str) -> Assignment:
            del image_sha256
            return Assignment(next(arms), "e")  # type: ignore[arg-type]

    forms = [ConvertForm(image=b"x")] * 3
    answers, _ = _several(
        forms, InlinePool(lambda *_: conversion(svg=DRAWN)), models=lambda arm: arm, experiment=Turns()
    )
    assert [answer.cached for answer in answers] == [False, False, True]


def test_in_shadow_the_challenger_is_shown_no_image_twice() -> None:
    """Where the champion's answer comes from the cache there is nothing to compare."""
    shadow, form = KeptTasks(), ConvertForm(image=b"x")
    experiment = FixedAssignment(Assignment("champion", "e", in_shadow=True))
    _several([form, form], InlinePool(lambda *_: conversion(svg=DRAWN)), experiment=experiment, shadow=shadow)
    assert len(shadow.tasks) == 1


def test_a_share_is_converted_by_another_tracing_to_learn_from_it() -> None:
    """In shadow, by the champion; it is kept beside the answer, and counts as none."""
    rows, shadow = KeptRecords(), KeptTasks()
    changes: dict[str, Any] = {"explore": True, "shadow": shadow, "recorder": rows, "compare": False}
    answer, _ = _convert(ConvertForm(image=b"x"), InlinePool(_answer), chance=lambda: 0.0, **changes)
    (task,) = shadow.tasks
    assert (task.image, task.options, task.arm) == (b"x", OPTIONS, "champion")
    assert isinstance(task.work, partial)
    assert (task.work.func, task.work.keywords) == (explore_image, {"share": EXPLORED_SHARE})
    task.done(conversion(trials=1))
    task.done(FAULT)
    own, explored = rows.outcomes
    assert (explored.conversion_id, own.conversion_id) == (explored_id(answer.conversion_id), answer.conversion_id)
    assert (is_answer(own.conversion_id), is_answer(explored.conversion_id)) == (True, False)
    assert (explored.image_sha256, explored.trials, explored.arm) == (own.image_sha256, 1, None)


@pytest.mark.parametrize(
    "form, changes",
    [
        ({}, {"chance": lambda: EXPLORED_SHARE}),
        ({}, {"explore": False}),
        ({"strokes": "never"}, {}),
        ({"parameters": TracingParameters()}, {}),
    ],
)
def test_nothing_else_is_tried(form: dict[str, Any], changes: dict[str, Any]) -> None:
    """Other images, without the setting, and where the client says how to trace."""
    shadow = KeptTasks()
    settings: dict[str, Any] = {"explore": True, "shadow": shadow, "compare": False, "chance": lambda: 0.0}
    _convert(ConvertForm(image=b"x", **form), InlinePool(_answer), **settings | changes)
    assert shadow.tasks == []


def test_a_conversion_by_models_that_have_changed_meanwhile_is_kept_for_nobody() -> None:
    """Its key names the models before: whoever puts them back must not get what others made."""
    models = ["old"]

    def change(*_: object) -> Conversion:
        models[0] = "new"
        return conversion()

    cache = StoredConversions(MemoryStore(1_000_000), NoMetrics())
    pool = InlinePool(change)

    async def work() -> list[bool]:
        conversions = _conversions(pool, CollectorRegistry(), cache=cache, models=lambda _: models[0])
        answers = [await conversions.convert(ConvertForm(image=b"x"))]
        models[0] = "old"
        answers.append(await conversions.convert(ConvertForm(image=b"x")))
        return [answer.cached for answer in answers]

    assert asyncio.run(work()) == [False, False]
