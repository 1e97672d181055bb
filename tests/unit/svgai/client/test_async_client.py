"""The client for asyncio: the same, without waiting in a thread."""

import asyncio

import httpx
import pytest

from svgai.client import AsyncClient, ImageSource, Outcome
from svgai.client.errors import InvalidImage
from tests.fakes.service_answers import Answers, converted, error


async def no_pause(seconds: float) -> None:
    assert seconds >= 0


def client(answers: Answers) -> AsyncClient:
    return AsyncClient("http://service", transport=httpx.MockTransport(answers), pause=no_pause, api_key="k-1")


def test_an_answer_is_a_value_after_a_second_try() -> None:
    """Options, key and retries are those of the client that waits."""
    answers = Answers(httpx.ConnectError("refused"), error(503, "not_ready", Retry_After="2"), converted())

    async def work() -> str:
        async with client(answers) as service:
            return (await service.convert(b"image", strokes="never")).svg

    assert asyncio.run(work()) == "<svg/>"
    assert len(answers.requests) == 3
    assert b'name="strokes"\r\n\r\nnever' in answers.requests[2].content
    assert answers.requests[2].headers["Authorization"] == "Bearer k-1"


def test_an_error_of_the_service_is_one_of_its_class() -> None:
    """With the id that the service's log has."""

    async def work() -> None:
        async with client(Answers(error(400, "invalid_image"))) as service:
            await service.classify(b"image")

    with pytest.raises(InvalidImage) as raised:
        asyncio.run(work())
    assert raised.value.request_id == "r-bad"


def test_many_images_each_have_an_outcome_and_few_are_on_their_way() -> None:
    """Never more at once than asked for; one that fails does not stop the others."""
    running, most = 0, 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return error(400, "invalid_image") if b"broken" in await request.aread() else converted()

    async def work() -> list[Outcome]:
        images: list[ImageSource] = [b"broken" if number == 3 else b"good" for number in range(9)]
        async with AsyncClient("http://service", transport=httpx.MockTransport(slow), pause=no_pause) as service:
            return [outcome async for outcome in service.convert_many(images, concurrency=3)]

    outcomes = asyncio.run(work())
    assert most <= 3
    assert {outcome.index for outcome in outcomes} == set(range(9))
    assert [outcome.index for outcome in outcomes if outcome.error] == [3]


def test_who_stops_to_take_outcomes_stops_the_rest() -> None:
    """What is on its way is cancelled."""
    answers = Answers(converted())

    async def work() -> int:
        async with client(answers) as service:
            outcomes = service.convert_many([b"image"] * 100, concurrency=2)
            async for _ in outcomes:
                break
            await outcomes.aclose()  # type: ignore[attr-defined]
        return len(answers.requests)

    assert asyncio.run(work()) < 10


def test_no_image_at_once_is_refused() -> None:
    """It would end at once without an outcome."""

    async def work() -> None:
        async with client(Answers(converted())) as service:
            async for _ in service.convert_many([b"image"], concurrency=0):
                pass

    with pytest.raises(ValueError, match="at least 1"):
        asyncio.run(work())


def test_feedback_is_sent() -> None:
    """As by the client that waits."""
    answers = Answers(httpx.Response(204))

    async def work() -> None:
        async with client(answers) as service:
            await service.feedback("0" * 32, rating=5)

    asyncio.run(work())
    assert b'"rating":5' in answers.requests[0].content
