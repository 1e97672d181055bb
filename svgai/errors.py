"""
All errors that SVG-AI reports, with the HTTP status and code that a client gets.

SvgAiError
  + InvalidRequest            400 invalid_request
    + InvalidImage            400 invalid_image
  + Unauthorized              401 unauthorized
  + NotFound                  404 not_found
    + UnknownConversion       404 unknown_conversion
  + MethodNotAllowed          405 method_not_allowed
  + RequestTimeout            408 request_timeout
  + TooLarge                  413 too_large
  + UriTooLong                414 uri_too_long
  + UnsupportedMediaType      415 unsupported_media_type
  + InvalidParameters         422 invalid_parameters
  + Overloaded                429 overloaded
  + HeadersTooLarge           431 headers_too_large
  + ClientGone                499 client_gone: for logs and metrics alone, since nobody is there to get it
  + TracingFailed             500 tracing_failed
  + RenderingFailed           500 rendering_failed
  + AiDisabled                503 ai_disabled
  + FeedbackDisabled          503 feedback_disabled
  + NotReady                  503 not_ready
  + ConversionTimeout         504 timeout
  + ModelFault                a model file is missing, damaged or of another kind
  + DatasetFault              a folder of images cannot be trained or measured on
  + FolderFault               files or folders cannot be converted as it was asked
  + ClusterFault              a Dask cluster cannot be reached or gave up
  + RegistryFault             the model registry refused or holds something unexpected
    + GateFailed              a version did not pass its gates
  + ProgramFailed             a program that an evaluation calls failed, or wrote something unexpected
  + DeploymentFault           a Bento could not be put into service; what served before serves on
  + QualityStoreFault         the quality database cannot be reached, or does not do what it is asked to
    + RecordRefused           a record that the database will never take
  + StackFault                a stack of containers is not as it should be, or compose refused
  + PrometheusFault           Prometheus does not answer, or refuses what it is asked
  + ContainerFault            a container image cannot be looked at, or holds what it should not
  + InvalidSettings           (settings) settings that are not valid, one line each
"""

from typing import ClassVar, Self

_LONGEST_DETAIL = 300


class SvgAiError(Exception):
    """
    An error with a message for users; `status` and `code` are what HTTP clients get.

    `detail` is for the log only: a library's message, in ASCII on one line. It may contain paths, and parts of a file.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    detail: str | None = None

    def because(self, cause: BaseException) -> Self:
        """Set the cause of this error as its detail, and return the error."""
        self.detail = ascii(f"{type(cause).__name__}: {cause}")[1:-1][:_LONGEST_DETAIL]
        return self

    @property
    def message(self) -> str:
        return str(self)

    @property
    def public_message(self) -> str:
        """The message for clients whose request did not cause the error: without paths, which the log has."""
        return self.message


class InvalidRequest(SvgAiError):
    status, code = 400, "invalid_request"


class InvalidImage(InvalidRequest):
    code = "invalid_image"


class Unauthorized(SvgAiError):
    status, code = 401, "unauthorized"


class NotFound(SvgAiError):
    status, code = 404, "not_found"


class UnknownConversion(NotFound):
    code = "unknown_conversion"


class MethodNotAllowed(SvgAiError):
    status, code = 405, "method_not_allowed"


class RequestTimeout(SvgAiError):
    """The client took too long to send its request."""

    status, code = 408, "request_timeout"


class TooLarge(SvgAiError):
    status, code = 413, "too_large"


class UriTooLong(SvgAiError):
    status, code = 414, "uri_too_long"


class UnsupportedMediaType(SvgAiError):
    status, code = 415, "unsupported_media_type"


class InvalidParameters(SvgAiError):
    status, code = 422, "invalid_parameters"


class Overloaded(SvgAiError):
    """More work than the server takes on; try again after `retry_after_s` seconds."""

    status, code = 429, "overloaded"

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HeadersTooLarge(SvgAiError):
    status, code = 431, "headers_too_large"


class ClientGone(SvgAiError):
    """The client closed the connection before its request was there, or before the answer was."""

    status, code = 499, "client_gone"


class TracingFailed(SvgAiError):
    code = "tracing_failed"


class RenderingFailed(SvgAiError):
    code = "rendering_failed"


class AiDisabled(SvgAiError):
    status, code = 503, "ai_disabled"


class FeedbackDisabled(SvgAiError):
    status, code = 503, "feedback_disabled"


class NotReady(SvgAiError):
    status, code = 503, "not_ready"


class ConversionTimeout(SvgAiError):
    status, code = 504, "timeout"


class ModelFault(SvgAiError):
    """A model cannot be used. `part` names which of the two; the message may contain paths."""

    status, code = 503, "model_fault"
    part: str | None = None

    @property
    def public_message(self) -> str:
        return f"the {self.part or 'models'} could not be loaded; the service's log says why"


class QualityStoreFault(SvgAiError):
    code = "quality_store_fault"


class RecordRefused(QualityStoreFault):
    code = "record_refused"


class DatasetFault(SvgAiError):
    code = "dataset_fault"


class FolderFault(SvgAiError):
    code = "folder_fault"


class ClusterFault(SvgAiError):
    code = "cluster_fault"


class RegistryFault(SvgAiError):
    code = "registry_fault"


class GateFailed(RegistryFault):
    """A version did not pass its gates; `reasons` lists every one, not just the first."""

    code = "gate_failed"

    def __init__(self, subject: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{subject} did not pass its gates: " + "; ".join(reasons))
        self.reasons = reasons


class ProgramFailed(SvgAiError):
    code = "program_failed"


class DeploymentFault(SvgAiError):
    """A Bento could not be put into service; what served before serves on. `reasons` lists every one."""

    code = "deployment_failed"

    def __init__(self, subject: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{subject} is not in service: " + "; ".join(reasons))
        self.reasons = reasons


class StackFault(SvgAiError):
    """A stack of containers is not as it should be, or compose refused."""

    code = "stack_fault"


class PrometheusFault(SvgAiError):
    code = "prometheus_failed"


class ContainerFault(SvgAiError):
    code = "container_fault"
