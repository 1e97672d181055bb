"""A service that answers as it is told, behind httpx's transport."""

from collections.abc import Callable, Sequence
from typing import Any

import httpx

CONVERTED: dict[str, Any] = {
    "svg": "<svg/>",
    "parameters": {"upscale": 2, "thin_strokes": True},
    "quality": {
        "ssim": 0.99, "worst": 0.9, "edge_ssim": 0.95, "delta_e": 0.2, "bytes": 6, "paths": 1, "measured_px": 64,
    },
    "target_quality": 0.95,
    "min_worst": 0.8,
    "met_target": True,
    "missed": [],
    "trials": 1,
    "type": "simple",
    "ai": "used",
    "conversion_id": "c-1",
    "model_version": "classifier:1,optimizer:1",
}  # fmt: skip

Answer = httpx.Response | httpx.TransportError


def converted(**changes: object) -> httpx.Response:
    """A good answer."""
    return httpx.Response(200, json=CONVERTED | changes, headers={"X-Request-ID": "r-good"})


def error(status: int, code: str, **headers: str) -> httpx.Response:
    """An error in the service's shape."""
    body = {"error": {"code": code, "message": "no", "request_id": "r-bad"}}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


class Answers:
    """Gives one answer after the other, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: Answer | Callable[[httpx.Request], Answer]) -> None:
        self._answers: Sequence[Answer | Callable[[httpx.Request], Answer]] = answers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        request.read()
        self.requests.append(request)
        given = answer if isinstance(answer, httpx.Response | httpx.TransportError) else answer(request)
        if isinstance(given, httpx.TransportError):
            raise given
        return httpx.Response(given.status_code, content=given.content, headers=given.headers)
