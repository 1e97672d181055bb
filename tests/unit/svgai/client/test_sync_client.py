"""The client that waits: what it sends, what it makes of answers, and when it tries again."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import httpx
import pytest
from PIL import Image

from svgai.client import Client, ClientError, ImageSource, NoAnswer, Retries, ServiceError
from svgai.client.errors import (
    AnswerTimeout,
    FeedbackDisabled,
    InvalidParameters,
    NotFound,
    Overloaded,
    UnexpectedAnswer,
    UnreadableImage,
)
from tests.fakes.service_answers import Answers, converted, error


class Pauses(list[float]):
    """Notes how long would have been waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(answers: Answers, pauses: Pauses | None = None, retries: Retries | None = None, **more: str) -> Client:
    return Client(
        "http://service",
        transport=httpx.MockTransport(answers),
        pause=Pauses() if pauses is None else pauses,
        retries=retries or Retries(),
        **more,  # type: ignore[arg-type]
    )


def test_an_answer_is_a_value() -> None:
    """With the SVG, its measured quality, and parameters that can be sent again."""
    answers = Answers(converted())
    with client(answers) as service:
        done = service.convert(b"image")
        service.convert(b"image", parameters=done.parameters)
    assert (done.svg, done.quality.worst, done.missed, done.type) == ("<svg/>", 0.9, [], "simple")
    assert b'{"upscale": 2, "thin_strokes": true}' in answers.requests[1].content


def test_options_travel_as_fields_and_those_left_out_do_not() -> None:
    """None is left out as well: the service's default holds."""
    answers = Answers(converted())
    with client(answers) as service:
        service.convert(b"image", target_quality=0.9, background="#fff", max_bytes=None)
    sent = answers.requests[0].content
    assert b'name="target_quality"\r\n\r\n0.9' in sent
    assert b'name="background"\r\n\r\n#fff' in sent
    assert b"max_bytes" not in sent


def test_feedback_names_the_conversion_and_can_be_repeated() -> None:
    """An answer or its id. Each attempt of a call has the same identifier, so that it counts once."""
    answers = Answers(converted(), error(503, "not_ready"), httpx.Response(204), httpx.Response(204))
    with client(answers) as service:
        done = service.convert(b"image")
        service.feedback(done, rating=2, comment="torn")
        service.feedback(done.conversion_id, thumb="up", identifier="anna")
    first, again, second = (json.loads(request.content) for request in answers.requests[1:])
    assert first == again
    assert (first["conversion_id"], first["rating"], first["comment"]) == (done.conversion_id, 2, "torn")
    assert first["identifier"]
    assert second == {"conversion_id": done.conversion_id, "thumb": "up", "identifier": "anna"}


@pytest.mark.parametrize("code, kind", [("unknown_conversion", NotFound), ("feedback_disabled", FeedbackDisabled)])
def test_feedback_that_is_not_taken_is_not_repeated(code: str, kind: type[ServiceError]) -> None:
    """It lasts."""
    answers = Answers(error(404 if kind is NotFound else 503, code))
    with client(answers) as service, pytest.raises(kind):
        service.feedback("0" * 32, rating=1)
    assert len(answers.requests) == 1


@pytest.mark.parametrize("status", [302, 308])
def test_feedback_that_was_sent_elsewhere_did_not_arrive(status: int) -> None:
    """A proxy that answers with another address, as for https, has kept nothing."""
    moved = httpx.Response(status, headers={"Location": "https://service/"})
    with client(Answers(moved)) as service, pytest.raises(UnexpectedAnswer, match="https://service/"):
        service.feedback("0" * 32, rating=1)


def test_an_address_without_its_protocol_is_told_at_once() -> None:
    """No second try mends it."""
    pauses = Pauses()
    with Client("127.0.0.1:3000", pause=pauses) as service, pytest.raises(ClientError, match="http://"):
        service.classify(b"image")
    assert pauses == []


def test_images_are_paths_bytes_or_those_of_pillow(tmp_path: Path) -> None:
    """What arrives is the same file, or a PNG."""
    picture = Image.new("RGB", (4, 4), "red")
    picture.save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    images: list[ImageSource] = [tmp_path / "a.png", str(tmp_path / "a.png"), data, picture]
    answers = Answers(converted())
    with client(answers) as service:
        for image in images:
            service.convert(image)
    assert all(data in request.content for request in answers.requests)


@pytest.mark.parametrize("image", ["missing.png", Image.new("CMYK", (4, 4))])
def test_an_image_that_cannot_be_read_is_told_and_not_sent(image: ImageSource) -> None:
    """No such file; nothing that can be written as PNG."""
    answers = Answers(converted())
    with client(answers) as service, pytest.raises(UnreadableImage):
        service.convert(image)
    assert not answers.requests


def test_the_key_is_sent_and_not_shown() -> None:
    """As a bearer token."""
    answers = Answers(converted())
    with client(answers, api_key="k-1") as service:
        service.convert(b"image")
        assert "k-1" not in repr(service)
    assert answers.requests[0].headers["Authorization"] == "Bearer k-1"


def test_an_error_of_the_service_is_one_of_its_class() -> None:
    """With status, code and the id that the service's log has; another try would change nothing."""
    answers, pauses = Answers(error(422, "invalid_parameters")), Pauses()
    with client(answers, pauses) as service, pytest.raises(InvalidParameters) as raised:
        service.convert(b"image")
    assert (raised.value.status, raised.value.code, raised.value.request_id) == (422, "invalid_parameters", "r-bad")
    assert (len(answers.requests), pauses) == (1, [])


@pytest.mark.parametrize(
    "first",
    [
        error(429, "overloaded"),
        httpx.Response(502, text="<html>"),
        error(503, "not_ready"),
        error(504, "timeout"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("broke"),
        httpx.ReadTimeout("late"),
    ],
)
def test_what_may_pass_is_tried_again(first: httpx.Response | httpx.TransportError) -> None:
    """After a pause, under an id of its own; the caller sees the answer alone."""
    answers, pauses = Answers(first, first, converted()), Pauses()
    with client(answers, pauses) as service:
        assert service.convert(b"image").svg == "<svg/>"
    assert len(answers.requests) == 3
    assert len({request.headers["X-Request-ID"] for request in answers.requests}) == 3
    assert [0 <= pause <= most for pause, most in zip(pauses, (0.5, 1.0), strict=True)] == [True, True]


def test_pauses_differ_from_client_to_client() -> None:
    """So that those who were refused together do not come back together."""
    seen = set()
    for _ in range(5):
        answers, pauses = Answers(error(429, "overloaded"), converted()), Pauses()
        with client(answers, pauses) as service:
            service.convert(b"image")
        seen.add(pauses[0])
    assert len(seen) == 5


@pytest.mark.parametrize("as_date", [False, True])
def test_what_the_service_asks_to_wait_is_waited(*, as_date: bool) -> None:
    """At least as long as Retry-After says, in seconds or as a date."""
    after = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True) if as_date else "20"
    answers, pauses = Answers(error(429, "overloaded", Retry_After=after), converted()), Pauses()
    with client(answers, pauses) as service:
        service.convert(b"image")
    assert 10 <= pauses[0] <= 21


def test_too_long_a_wait_is_told_at_once() -> None:
    """With the seconds, so that the caller can come back then."""
    answers, pauses = Answers(error(429, "overloaded", Retry_After="3600")), Pauses()
    with client(answers, pauses) as service, pytest.raises(Overloaded) as raised:
        service.convert(b"image")
    assert (raised.value.retry_after_s, pauses) == (3600, [])


def test_the_last_error_is_raised_when_attempts_run_out() -> None:
    """That of the last attempt, with its id; one attempt means no second one."""
    answers = Answers(httpx.ConnectError("refused"))
    with client(answers, retries=Retries(attempts=3)) as service, pytest.raises(NoAnswer) as raised:
        service.convert(b"image")
    assert len(answers.requests) == 3
    assert raised.value.request_id == answers.requests[-1].headers["X-Request-ID"]
    once = Answers(httpx.ReadTimeout("late"))
    with client(once, retries=Retries(attempts=1)) as service, pytest.raises(AnswerTimeout):
        service.convert(b"image")
    assert len(once.requests) == 1


def test_what_an_operator_switched_off_is_not_asked_for_again() -> None:
    """503 ai_disabled lasts."""
    answers = Answers(error(503, "ai_disabled"))
    with client(answers) as service, pytest.raises(ServiceError, match="ai_disabled"):
        service.classify(b"image")
    assert len(answers.requests) == 1


@pytest.mark.parametrize("body", ["<html>hello</html>", '{"svg": 1}', "[]"])
def test_another_service_is_recognized(body: str) -> None:
    """An answer of status 200 that is none of ours says so."""
    with client(Answers(httpx.Response(200, text=body))) as service, pytest.raises(UnexpectedAnswer, match="SVG-AI"):
        service.convert(b"image")


@pytest.mark.parametrize("body", ["", "<html>", '{"error": "text"}', '{"detail": "Not Found"}', "[1]"])
def test_an_error_of_a_proxy_is_an_error_of_the_service(body: str) -> None:
    """It has no code of ours, but the status."""
    with client(Answers(httpx.Response(413, text=body))) as service, pytest.raises(ServiceError) as raised:
        service.convert(b"image")
    assert (raised.value.status, raised.value.code) == (413, "http_413")
    assert raised.value.request_id


def test_many_images_each_have_an_outcome() -> None:
    """Whichever order they come in; one that fails does not stop the others, and progress counts all."""

    def by_image(request: httpx.Request) -> httpx.Response:
        return error(400, "invalid_image") if b"broken" in request.content else converted()

    seen: list[tuple[int, int | None]] = []
    with client(Answers(by_image)) as service:
        images: list[ImageSource] = [b"one", b"broken", "missing.png", b"four"]
        outcomes = sorted(
            service.convert_many(images, concurrency=2, progress=lambda *told: seen.append(told)),
            key=lambda outcome: outcome.index,
        )
    assert [outcome.answer is not None for outcome in outcomes] == [True, False, False, True]
    assert [outcome.image for outcome in outcomes] == images
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert outcomes[0].unwrap().svg == "<svg/>"
    with pytest.raises(UnreadableImage):
        outcomes[2].unwrap()


def test_no_more_images_are_taken_than_there_is_room_for() -> None:
    """An endless iterable is fine; who stops stops the rest."""
    taken = []

    def images() -> Iterator[bytes]:
        for number in count():
            taken.append(number)
            yield b"image"

    answers = Answers(converted())
    with client(answers) as service:
        outcomes = service.convert_many(images(), concurrency=3)
        for _ in range(5):
            next(outcomes)
        outcomes.close()  # type: ignore[attr-defined]
    assert len(taken) <= 5 + 2 * 3
    assert len(answers.requests) == len(taken)


def test_pillow_images_keep_their_pixels() -> None:
    """PNG loses nothing."""
    picture = Image.new("RGBA", (3, 2), (10, 20, 30, 40))
    answers = Answers(converted())
    with client(answers) as service:
        service.convert(picture)
    sent = answers.requests[0].content
    start = sent.index(b"\x89PNG")
    with Image.open(io.BytesIO(sent[start:])) as arrived:
        assert (arrived.mode, arrived.tobytes()) == (picture.mode, picture.tobytes())


def test_content_that_cannot_be_decompressed_is_told() -> None:
    """As every fault, by a ClientError with the request's id."""

    def damaged(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))

    with (
        Client("http://service", transport=httpx.MockTransport(damaged)) as service,
        pytest.raises(UnexpectedAnswer, match="damaged") as raised,
    ):
        service.convert(b"image")
    assert raised.value.request_id


def test_no_image_at_once_is_refused() -> None:
    """It would mean to wait for ever, or for nothing."""
    with client(Answers(converted())) as service, pytest.raises(ValueError, match="at least 1"):
        next(service.convert_many([b"image"], concurrency=0))
