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
    """A call that gave no result. `request_id` is that of the last attempt, by which the service's log has it."""

    def __init__(self, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.request_id = request_id


class NoAnswer(ClientError):
    """The connection failed or broke before there was an answer."""


class AnswerTimeout(NoAnswer):
    """There was no answer in time."""


class UnexpectedAnswer(ClientError):
    """The answer is none of this service, or of a version of it that this client does not know."""


class UnreadableImage(ClientError):
    """The image cannot be read: no such file, or nothing that Pillow could write as PNG."""


class ServiceError(ClientError):
    """The service answered an error. `retry_after_s` is what it says of when to come back, in seconds."""

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
        # Exceptions are made anew from what stands first alone.
        named = partial(type(self), status=self.status, code=self.code, retry_after_s=self.retry_after_s)
        return named, (self.message, self.request_id)

    def __str__(self) -> str:
        return f"{self.message} ({self.status} {self.code}, request {self.request_id})"


class InvalidRequest(ServiceError, code="invalid_request"):
    """The body is not what the call takes."""


class InvalidImage(InvalidRequest, code="invalid_image"):
    """The image is damaged or no image."""


class Unauthorized(ServiceError, code="unauthorized"):
    """The API key is missing or wrong."""


class NotFound(ServiceError, code="not_found"):
    """There is nothing at this path: another service, or another version of it."""


class UnknownConversion(NotFound, code="unknown_conversion"):
    """There is no conversion of this id, or none any more."""


class MethodNotAllowed(ServiceError, code="method_not_allowed"):
    """The path does not answer this method."""


class RequestTimeout(ServiceError, code="request_timeout"):
    """The request came too slowly."""


class TooLarge(ServiceError, code="too_large"):
    """The image is larger than the service takes."""


class UriTooLong(ServiceError, code="uri_too_long"):
    """The address is longer than the service takes."""


class UnsupportedMediaType(ServiceError, code="unsupported_media_type"):
    """The image is of a format that the service does not read."""


class InvalidParameters(ServiceError, code="invalid_parameters"):
    """An option is out of its range."""


class Overloaded(ServiceError, code="overloaded"):
    """Too much work is in progress, after all attempts."""


class HeadersTooLarge(ServiceError, code="headers_too_large"):
    """The headers are larger than the service takes."""


class TracingFailed(ServiceError, code="tracing_failed"):
    """The image could not be traced."""


class RenderingFailed(ServiceError, code="rendering_failed"):
    """An SVG could not be rendered back."""


class AiDisabled(ServiceError, code="ai_disabled"):
    """The models are switched off, missing or broken; convert works without them."""


class FeedbackDisabled(ServiceError, code="feedback_disabled"):
    """The service keeps no conversions, so that none can be rated."""


class NotReady(ServiceError, code="not_ready"):
    """The service is still starting."""


class ConversionTimeout(ServiceError, code="timeout"):
    """The conversion took too long and was stopped."""
