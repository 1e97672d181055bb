"""Conversions by a challenger, beside the champion's."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.errors import SvgAiError, TracingFailed
from svgai.logo_types import LOGO_TYPES
from svgai.serve.experiments.shadow import PATIENCE, QUEUE, QUEUE_BYTES, NoShadow, ShadowQueue, ShadowTask
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image
from tests.fakes import virtual_time
from tests.fakes.serving_fakes import InlinePool, conversion

OPTIONS = ConversionOptions(dict.fromkeys(LOGO_TYPES, 0.9))


def test_the_challenger_converts_what_is_offered() -> None:
    """By the challenger with the same options, but with more time, since it has the lowest priority; it is told."""
    pool, registry = InlinePool(lambda *_: conversion(trials=7)), CollectorRegistry()

    made = _offered(ShadowQueue(pool.as_pool, PrometheusMetrics(registry)), b"one", b"two")

    assert [one.trials for one in made if isinstance(one, Conversion)] == [7, 7]
    patient = replace(OPTIONS, time_limit_s=PATIENCE * OPTIONS.time_limit_s)
    assert pool.calls == [(convert_image, image, patient, "challenger") for image in (b"one", b"two")]
    assert registry.get_sample_value("svgai_ab_assignments_total", {"arm": "challenger"}) == 2
    assert pool.closed


@pytest.mark.parametrize("fault, told", [(TracingFailed("none"), [TracingFailed]), (LookupError("a bug"), [])])
def test_a_failure_stops_nothing(fault: Exception, told: list[type]) -> None:
    """What the challenger fails at is its outcome; what nobody foresaw is passed over, and the next one comes."""
    faults: list[Exception] = [fault]

    def answer(*_: Any) -> Conversion:
        if faults:
            raise faults.pop()
        return conversion()

    made = _offered(ShadowQueue(InlinePool(answer).as_pool, NoMetrics()), b"one", b"two")

    assert [type(one) for one in made] == [*told, Conversion]


def test_what_cannot_be_kept_stops_nothing() -> None:
    """Where whoever is told fails, the next image comes all the same."""

    def fail(_: Conversion | SvgAiError) -> None:
        raise ValueError("no such outcome")

    async def run() -> list[Conversion | SvgAiError]:
        made: list[Conversion | SvgAiError] = []
        queue = ShadowQueue(InlinePool(lambda *_: conversion()).as_pool, NoMetrics())
        for done in (fail, made.append):
            queue.offer(ShadowTask(b"x", OPTIONS, done))
        await asyncio.sleep(0.05)
        queue.close()
        return made

    assert len(virtual_time.run(run())) == 1


def test_what_finds_no_room_is_not_converted() -> None:
    """The queue is bounded by number and by bytes; offering never waits."""

    async def offer_too_much() -> tuple[list[bool], bool]:
        queue = ShadowQueue(InlinePool(lambda *_: conversion()).as_pool, NoMetrics())
        taken = [queue.offer(_task(b"x")) for _ in range(QUEUE + 1)]
        queue.close()
        other = ShadowQueue(InlinePool(lambda *_: conversion()).as_pool, NoMetrics())
        large = other.offer(_task(bytes(QUEUE_BYTES + 1)))
        return taken, large

    assert virtual_time.run(offer_too_much()) == ([True] * QUEUE + [False], False)


def test_a_process_that_nobody_needs_any_more_is_ended() -> None:
    """As after an experiment was stopped; another image has another one started."""
    pools: list[InlinePool] = []

    def open_pool() -> ConversionPool:
        pools.append(InlinePool(lambda *_: conversion()))
        return pools[-1].as_pool()

    async def run() -> list[Conversion | SvgAiError]:
        made: list[Conversion | SvgAiError] = []
        queue = ShadowQueue(open_pool, NoMetrics(), idle_s=0.02)
        for images in (2, 1):
            for _ in range(images):
                queue.offer(ShadowTask(b"x", OPTIONS, made.append))
            await asyncio.sleep(0.2)
            assert pools[-1].closed
        queue.close()
        return made

    assert len(virtual_time.run(run())) == 3
    assert [len(pool.calls) for pool in pools] == [2, 1]


def test_no_process_is_started_before_there_is_an_image() -> None:
    """Where nothing is ever offered nothing is opened, and closing it is fine."""
    opened: list[str] = []

    def open_pool() -> ConversionPool:
        opened.append("a pool")
        return InlinePool(lambda: None).as_pool()

    ShadowQueue(open_pool, NoMetrics()).close()

    assert opened == []
    assert not NoShadow().offer(_task(b"x"))


def test_other_models_convert_from_the_next_image_on() -> None:
    """In a process of their own; the one before ends."""
    pools = [InlinePool(lambda *_: conversion()), InlinePool(lambda *_: conversion())]
    opened = iter(pools)

    async def run() -> None:
        queue = ShadowQueue(lambda: next(opened).as_pool(), NoMetrics())
        for image in (b"one", b"two"):
            queue.offer(_task(image))
            await asyncio.sleep(0.01)
            queue.renew()
        queue.close()

    virtual_time.run(run())

    assert [call[1] for pool in pools for call in pool.calls] == [b"one", b"two"]
    assert [pool.closed for pool in pools] == [True, True]


def _offered(queue: ShadowQueue, *images: bytes) -> list[Conversion | SvgAiError]:
    async def run() -> list[Conversion | SvgAiError]:
        made: list[Conversion | SvgAiError] = []
        for image in images:
            queue.offer(ShadowTask(image, OPTIONS, made.append))
        await asyncio.sleep(0.05)
        queue.close()
        return made

    return virtual_time.run(run())


def _task(image: bytes) -> ShadowTask:
    return ShadowTask(image, OPTIONS, lambda _: None)
