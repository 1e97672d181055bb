"""
The log lines of requests: one for each, and one more for each unexpected error.

No line contains text chosen by a client: routes, methods and names of keys are ours, numbers are measured.
"""

import logging
import time

from svgai.api.requests.request_record import RequestRecord
from svgai.api.schemas.answers import ConvertAnswer

requests, errors = logging.getLogger("svgai.request"), logging.getLogger("svgai.errors")


def log_conversion(record: RequestRecord, answer: ConvertAnswer) -> None:
    """Note the outcome of a request's conversion for its log line."""
    record.logo_type, record.model_version = answer.type, answer.model_version
    record.ssim, record.worst = round(answer.quality.ssim, 4), round(answer.quality.worst, 4)
    record.svg_bytes, record.missed = answer.quality.bytes, ",".join(answer.missed)
    record.cached, record.arm = answer.cached, answer.arm


def log_request(record: RequestRecord) -> None:
    """Write the line of a request that is answered."""
    fields: dict[str, object] = {
        "request_id": record.request_id,
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "ms": round((time.perf_counter() - record.started) * 1000, 2),
        "bytes_in": record.bytes_in,
        "bytes_out": record.bytes_out,
    }
    known = {
        "key": record.key,
        "images": record.images,
        "type": record.logo_type,
        "model_version": record.model_version,
        "arm": record.arm,
        "ssim": record.ssim,
        "worst": record.worst,
        "svg_bytes": record.svg_bytes,
        "missed": record.missed,
        "cached": record.cached,
        "error_code": record.error_code,
        "detail": record.detail,
        "trace_id": record.trace_id,
    }
    fields.update({name: value for name, value in known.items() if value is not None})
    requests.info("request", extra=fields)


def log_error(record: RequestRecord, exception: Exception) -> None:
    """Write the line of an unexpected error, with its traceback."""
    errors.error("unexpected error", exc_info=exception, extra={"request_id": record.request_id, "path": record.path})
