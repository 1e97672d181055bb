"""Decode processes: what is cheap is answered, what is dear is bounded, and what is made to harm is refused."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import numpy as np
import pytest

from loadtests.faults.hostile_images import HOSTILE, scans_jpeg, transparent_gif
from svgai.decode.limits import ImageLimits
from svgai.errors import InvalidImage, SvgAiError, TooLarge
from svgai.serve.decoding.decode_pool import MOST_SECONDS, QUICK_NICENESS, SLOW_NICENESS, DecodePool
from svgai.serve.decoding.decode_worker import set_up
from svgai.serve.decoding.image_data import see_image
from svgai.serve.decoding.messages import Seen
from svgai.serve.processes.process_group import ProcessGroup
from svgai.serve.processes.worker_process import ProcessFault
from svgai.serve.processes.working_process import Work
from tests.fakes.serving_fakes import png

pytestmark = pytest.mark.slow

LIMITS = ImageLimits(10_000_000, 33_000_000)
T = TypeVar("T")


class _Running:
    """A pool in a loop of its own, for several tests."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.pool = self._runner.run(self._open())

    async def _open(self) -> DecodePool:
        pool = DecodePool(LIMITS, start_s=300, slow_wall_s=300)
        pool.start()
        return pool

    def run(self, work: Callable[[DecodePool], Awaitable[T]]) -> T:
        async def bounded() -> T:
            return await asyncio.wait_for(work(self.pool), 400)

        return self._runner.run(bounded())

    def close(self) -> None:
        self.pool.close()
        self._runner.close()


@pytest.fixture(scope="module")
def running() -> Iterator[_Running]:
    """Both lanes."""
    running = _Running()
    yield running
    running.close()


async def _seen(pool: DecodePool, image: bytes, seconds: float = MOST_SECONDS) -> Seen:
    seen = await pool.see(image)
    return await pool.see_dear(image, seconds) if seen.is_dear else seen


def test_an_ordinary_image_comes_back_as_it_is_seen_here(running: _Running) -> None:
    """What the models see of it is the same, to the byte."""
    seen = running.run(lambda pool: pool.see(png()))
    _, expected = see_image(png(), LIMITS)
    assert seen.input is not None
    assert expected is not None
    assert np.array_equal(seen.input.picture, expected.picture)
    assert np.array_equal(seen.input.features, expected.features)


def test_both_lanes_give_way_to_the_service(running: _Running) -> None:
    """Their processes have a lower priority than this one, the slow lane's the lowest."""
    running.run(lambda pool: pool.quick.all_ready())
    running.run(lambda pool: pool.slow.all_ready())
    own = os.nice(0)
    quick, slow = (
        {os.getpriority(os.PRIO_PROCESS, process) - own for process in group.processes}
        for group in (running.pool.quick, running.pool.slow)
    )
    assert (quick, slow) == ({QUICK_NICENESS}, {SLOW_NICENESS})


def test_a_broken_image_is_refused_as_it_is_here(running: _Running) -> None:
    """The fault has its own type and its words."""
    seen = running.run(lambda pool: pool.see(b"no image"))
    assert isinstance(seen.fault, InvalidImage)
    assert "not an image" in str(seen.fault)
    with pytest.raises(InvalidImage, match="damaged"):
        running.run(lambda pool: pool.check(png()[: len(png()) // 2]))


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_made_to_harm_is_answered_or_refused(running: _Running, kind: str) -> None:
    """Every kind gets an answer or a clear refusal, and the next image its answer."""
    seen = running.run(lambda pool: _seen(pool, HOSTILE[kind]()))
    assert seen.input is not None or isinstance(seen.fault, InvalidImage | TooLarge)
    assert seen.seconds <= MOST_SECONDS * 1.5
    assert running.run(lambda pool: pool.see(png())).input is not None


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_check_of_what_is_made_to_harm_ends(running: _Running, kind: str) -> None:
    """It passes or is refused; nothing else comes of it."""

    async def checked(pool: DecodePool) -> SvgAiError | None:
        try:
            await pool.check(HOSTILE[kind]())
        except SvgAiError as fault:
            return fault
        return None

    fault = running.run(checked)
    assert fault is None or isinstance(fault, InvalidImage | TooLarge)


def test_too_much_processor_time_ends_in_a_refusal(running: _Running) -> None:
    """The kernel ends the process; the image alone is refused, and the lane works on."""
    seen = running.run(lambda pool: pool.see_dear(transparent_gif(), 0.05))
    assert isinstance(seen.fault, TooLarge)
    assert "processor time" in str(seen.fault)
    small = running.run(lambda pool: pool.see_dear(png(), MOST_SECONDS))
    assert small.input is not None


def test_what_nobody_foresaw_refuses_its_image_alone() -> None:
    """It is no reason to come again later: the same image would meet the same fault."""

    class Failing(ProcessGroup):
        async def ask(self, message: bytes, timeout_s: float, *, finish: bool = False) -> bytes:
            del message, timeout_s, finish
            raise ProcessFault("LookupError: nobody foresaw this")

    async def seen() -> list[Seen]:
        pool = DecodePool(LIMITS)
        pool.quick = pool.slow = Failing(Work("fails", set_up, (), 1_000), 1)
        return [await pool.see(png()), await pool.see_dear(png(), MOST_SECONDS)]

    for one in asyncio.run(seen()):
        assert isinstance(one.fault, InvalidImage)
        assert "nobody foresaw" in (one.fault.detail or "")


def test_scans_are_counted_before_anything_is_decoded(running: _Running) -> None:
    """A JPEG of too many passes is refused in the quick lane."""
    seen = running.run(lambda pool: pool.see(scans_jpeg(1_000)))
    assert "scans" in str(seen.fault)


def test_more_memory_than_there_may_be_is_a_refusal(running: _Running) -> None:
    """A WebP decoder that would take 264 MB gets none."""
    seen = running.run(lambda pool: _seen(pool, HOSTILE["wide WebP"]()))
    assert isinstance(seen.fault, TooLarge)
    assert "memory" in str(seen.fault)
