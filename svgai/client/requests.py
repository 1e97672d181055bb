"""Requests and answers, shared by both clients: images to bytes, options to fields, answers to values."""

import io
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time
from typing import Literal, Protocol, TypedDict, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from svgai.client.answers import ConvertAnswer, Parameters
from svgai.client.errors import AnswerTimeout, ClientError, NoAnswer, ServiceError, UnexpectedAnswer, UnreadableImage

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class SavesItself(Protocol):
    """An image of Pillow, which is not imported here."""

    def save(self, fp: io.BytesIO, format: str) -> object: ...  # noqa: A002


ImageSource = str | Path | bytes | SavesItself
"""The path of an image file, its bytes, or an image of Pillow, which is sent as PNG."""


class ConvertOptions(TypedDict, total=False):
    """The options of a conversion, see docs/API_REFERENCE.md. What is left out, or None, is as the service has it."""

    target_quality: float | None
    min_worst: float | None
    max_bytes: int | None
    max_trials: int | None
    parameters: Parameters | None
    strokes: Literal["auto", "never", "only"]
    background: str
    units: Literal["px", "mm", "in"]
    precision: int | None
    palette: str | None
    monochrome: str | None
    cutter: str | None
    pretty: bool | None
    cache: bool | None


class FeedbackOptions(TypedDict, total=False):
    """Feedback on a conversion: either a rating from 1 to 5 or a thumb. `identifier`: of the person."""

    rating: int | None
    thumb: Literal["up", "down"] | None
    comment: str | None
    identifier: str | None


class OptimizeOptions(TypedDict, total=False):
    """The options of a proposal."""

    target_quality: float | None
    max_bytes: int | None


class Sendable(Protocol):
    """A call that a client can repeat."""

    def sent_by(self, client: "httpx.Client | httpx.AsyncClient") -> httpx.Request:
        """An attempt."""


@dataclass(frozen=True, eq=False)
class Call:
    """One call, which can be repeated; each attempt has its own id."""

    path: str
    image: bytes
    fields: Mapping[str, str]

    def sent_by(self, client: "httpx.Client | httpx.AsyncClient") -> httpx.Request:
        """An attempt."""
        return client.build_request(
            "POST",
            self.path,
            files={"image": ("image", self.image)},
            data=dict(self.fields),
            headers={"Accept": "application/json", "X-Request-ID": uuid.uuid4().hex},
        )


@dataclass(frozen=True, eq=False)
class Feedback:
    """A person's feedback on a conversion, as a call."""

    body: Mapping[str, object]

    def sent_by(self, client: "httpx.Client | httpx.AsyncClient") -> httpx.Request:
        """An attempt."""
        return client.build_request("POST", "/api/feedback", json=self.body, headers={"X-Request-ID": uuid.uuid4().hex})


def feedback(conversion: ConvertAnswer | str, said: FeedbackOptions) -> Feedback:
    """A call about an answer, or its conversion_id. It always has an identifier, so that a retry replaces it."""
    conversion_id = conversion if isinstance(conversion, str) else conversion.conversion_id
    given = {name: value for name, value in said.items() if value is not None}
    return Feedback({"conversion_id": conversion_id, "identifier": uuid.uuid4().hex, **given})


def call(name: str, image: ImageSource, options: Mapping[str, object]) -> Call:
    """
    The call of a method of the API.

    Raises:
        UnreadableImage: the image cannot be read.
    """
    fields = {field: _text(value) for field, value in options.items() if value is not None}
    return Call(f"/api/{name}", image_bytes(image), fields)


def image_bytes(image: ImageSource) -> bytes:
    """
    The bytes of an image file.

    Raises:
        UnreadableImage: it cannot be read, or Pillow cannot write it as PNG.
    """
    if isinstance(image, bytes | bytearray | memoryview):
        return bytes(image)
    try:
        if isinstance(image, str | Path):
            return Path(image).read_bytes()
        buffer = io.BytesIO()
        image.save(buffer, format="PNG")
    except (OSError, ValueError, AttributeError) as fault:
        raise UnreadableImage(f"the image cannot be read: {fault}") from fault
    return buffer.getvalue()


def headers(api_key: str | None) -> dict[str, str]:
    """What every request carries."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def read_answer(response: httpx.Response, answer: type[AnswerT]) -> AnswerT:
    """
    The value of an answer.

    Raises:
        ServiceError: it is an error.
        UnexpectedAnswer: it is neither the expected answer nor an error of the service.
    """
    request_id = require_success(response)
    try:
        return answer.model_validate_json(response.content)
    except ValidationError as invalid:
        raise UnexpectedAnswer(
            f"{response.url} answered {response.status_code} with something else than a {answer.__name__}: "
            f"{invalid.error_count()} faults; is it SVG-AI, in this version?",
            request_id,
        ) from None


def reading(answer: type[AnswerT]) -> Callable[[httpx.Response], AnswerT]:
    """What reads an answer of this kind."""
    return lambda response: read_answer(response, answer)


def require_success(response: httpx.Response) -> str:
    """
    The request id of a successful answer.

    Raises:
        ServiceError: it is one.
        UnexpectedAnswer: it leads to another address.
    """
    request_id: str = response.headers.get("X-Request-ID", response.request.headers["X-Request-ID"])
    if response.status_code >= 400:
        raise _service_error(response, request_id)
    if not response.is_success:
        where = response.headers.get("Location", "nowhere")
        raise UnexpectedAnswer(f"{response.url} answered {response.status_code} and leads to {where}", request_id)
    return request_id


def without_answer(fault: httpx.RequestError, request: httpx.Request) -> ClientError:
    """The error of a connection that failed, broke, brought nothing in time, or brought what cannot be decoded."""
    request_id = request.headers["X-Request-ID"]
    if isinstance(fault, httpx.UnsupportedProtocol):
        return ClientError(f"{request.url}: {fault}", request_id)
    if isinstance(fault, httpx.DecodingError):
        return UnexpectedAnswer(f"{request.url} answered with damaged content: {fault}", request_id)
    if isinstance(fault, httpx.TimeoutException):
        return AnswerTimeout(f"{request.url} did not answer in time ({type(fault).__name__})", request_id)
    return NoAnswer(f"{request.url} does not answer: {fault or type(fault).__name__}", request_id)


def _service_error(response: httpx.Response, request_id: str) -> ServiceError:
    """The error of an answer; proxies answer errors of their own, in another format."""
    try:
        error = json.loads(response.content)["error"]
        code, message = str(error["code"]), str(error["message"])
        request_id = str(error.get("request_id", request_id))
    except (ValueError, TypeError, KeyError):
        code, message = f"http_{response.status_code}", f"{response.url} answered {response.reason_phrase}"
    kind = ServiceError.known.get(code, ServiceError)
    return kind(
        message, request_id, status=response.status_code, code=code, retry_after_s=_retry_after(response.headers)
    )


def _retry_after(received: httpx.Headers) -> float | None:
    """Seconds; the header has these or a date."""
    text = received.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except ValueError:
        return None


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, Mapping | bool) else str(value)
