"""
What can go wrong with a call: a class for each error code of the service, and those of the way to it.

ClientError
  + NoAnswer                  the connection failed or broke, or nothing came in time
    + AnswerTimeout           nothing came in time
  + UnexpectedAnswer          an answer that is none of this service, or of another version of it
  + UnreadableImage           the image that was given cannot be read here
  + ServiceError              the service answered an error: status, code, message
    + InvalidRequest          400 invalid_request
      + InvalidImage          400 invalid_image
    + Unauthorized            401 unauthorized
    + NotFound                404 not_found
      + UnknownConversion     404 unknown_conversion
    + MethodNotAllowed        405 method_not_allowed
    + RequestTimeout          408 request_timeout
    + TooLarge                413 too_large
    + UriTooLong              414 uri_too_long
    + UnsupportedMediaType    415 unsupported_media_type
    + InvalidParameters       422 invalid_parameters
    + Overloaded              429 overloaded
    + HeadersTooLarge         431 headers_too_large
    + TracingFailed           500 tracing_failed
    + RenderingFailed         500 rendering_failed
    + AiDisabled              503 ai_disabled
    + FeedbackDisabled        503 feedback_disabled
    + NotReady                503 not_ready
    + ConversionTimeout       504 timeout

A code that is none of these is a ServiceError itself, with the code in it.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar


class ClientError(Exception):
    """A failed call. `request_id` is that of the last attempt, as in the service's log."""

    def __init__(self, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.request_id = request_id


class NoAnswer(ClientError):
    """The connection failed or broke before an answer."""


class AnswerTimeout(NoAnswer):
    """There was no answer in time."""


class UnexpectedAnswer(ClientError):
    """The answer is not from this service, or from a version that this client does not know."""


class UnreadableImage(ClientError):
    """The image cannot be read: no such file, or nothing that Pillow could write as PNG."""


class ServiceError(ClientError):
    """The service answered an error. `retry_after_s` is its Retry-After, in seconds."""

    known: ClassVar[dict[str, type["ServiceError"]]] = {}

    def __init__(
        self, message: str, request_id: str = "", *, status: int, code: str, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message, request_id)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s

    def __init_subclass__(cls, code: str) -> None:
        cls.known[code] = cls

    def __reduce__(self) -> tuple[Callable[..., "ServiceError"], tuple[str, str]]:
        # By default an exception is restored from its positional arguments only.
        named = partial(type(self), status=self.status, code=self.code, retry_after_s=self.retry_after_s)
        return named, (self.message, self.request_id)

    def __str__(self) -> str:
        return f"{self.message} ({self.status} {self.code}, request {self.request_id})"


class InvalidRequest(ServiceError, code="invalid_request"):
    """The body does not match the endpoint."""


class InvalidImage(InvalidRequest, code="invalid_image"):
    """The image is damaged, or not an image."""


class Unauthorized(ServiceError, code="unauthorized"):
    """The API key is missing or wrong."""


class NotFound(ServiceError, code="not_found"):
    """The path does not exist: another service, or another version of it."""


class UnknownConversion(NotFound, code="unknown_conversion"):
    """There is no conversion with this id, or no longer."""


class MethodNotAllowed(ServiceError, code="method_not_allowed"):
    """The path does not support this method."""


class RequestTimeout(ServiceError, code="request_timeout"):
    """The request took too long to arrive."""


class TooLarge(ServiceError, code="too_large"):
    """The image is larger than the service accepts."""


class UriTooLong(ServiceError, code="uri_too_long"):
    """The address is longer than the service accepts."""


class UnsupportedMediaType(ServiceError, code="unsupported_media_type"):
    """The service does not support the image's format."""


class InvalidParameters(ServiceError, code="invalid_parameters"):
    """An option is out of its range."""


class Overloaded(ServiceError, code="overloaded"):
    """Too much work is in progress, after all attempts."""


class HeadersTooLarge(ServiceError, code="headers_too_large"):
    """The headers are larger than the service accepts."""


class TracingFailed(ServiceError, code="tracing_failed"):
    """The image could not be traced."""


class RenderingFailed(ServiceError, code="rendering_failed"):
    """An SVG could not be rendered."""


class AiDisabled(ServiceError, code="ai_disabled"):
    """The models are switched off, missing or broken; convert works without them."""


class FeedbackDisabled(ServiceError, code="feedback_disabled"):
    """The service does not store conversions, so none can be rated."""


class NotReady(ServiceError, code="not_ready"):
    """The service is still starting."""


class ConversionTimeout(ServiceError, code="timeout"):
    """The conversion took too long and was stopped."""
