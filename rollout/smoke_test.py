"""Sends three images through classify, optimize and convert of a running service, before it gets clients."""

import base64
from collections.abc import Iterator

import cv2
import httpx
import numpy as np

from rollout.service_process import bearer
from svgai.array_types import Pixels
from svgai.decode.pixels import encode_png
from svgai.errors import DeploymentFault, RenderingFailed
from svgai.logo_types import LOGO_TYPES
from svgai.measure.rendering import render

SIDE = 96
TIMEOUT_S = 30


def smoke_test(url: str, bento: str, api_key: str | None = None, model_version: str | None = None) -> None:
    """
    Send the images and check the answers, and that they come from `model_version`, if given, or a challenger.

    Raises:
        DeploymentFault: with every fault found, for `bento`.
    """
    with httpx.Client(base_url=url, headers=bearer(api_key), timeout=TIMEOUT_S, trust_env=False) as client:
        faults = tuple(smoke_faults(client, model_version))
    if faults:
        raise DeploymentFault(bento, faults)


def smoke_faults(client: httpx.Client, model_version: str | None = None) -> Iterator[str]:
    """Faults in the answers to the images; `model_version` is the expected one, if known."""
    for name, pixels in pictures().items():
        for api in ("classify", "optimize", "convert"):
            for fault in _faults(client, api, encode_png(pixels), model_version):
                yield f"{api} of {name}: {fault}"


def pictures() -> dict[str, Pixels]:
    """Flat shapes, a word and a gradient, each (SIDE, SIDE, 4)."""
    flat = np.full((SIDE, SIDE, 3), 255, np.uint8)
    cv2.circle(flat, (36, 36), 24, (200, 40, 30), -1, cv2.LINE_AA)
    cv2.rectangle(flat, (48, 48), (86, 86), (20, 60, 160), -1)
    word = np.full((SIDE, SIDE, 3), 255, np.uint8)
    cv2.putText(word, "svg", (6, 60), cv2.FONT_HERSHEY_DUPLEX, 1.4, (30, 30, 30), 3, cv2.LINE_AA)
    across = np.tile(np.linspace(0, 255, SIDE, dtype=np.uint8), (SIDE, 1))
    shades = np.dstack([across, np.full((SIDE, SIDE), 90, np.uint8), 255 - across.T])
    opaque = np.full((SIDE, SIDE), 255, np.uint8)
    return {
        name: np.dstack([rgb, opaque]) for name, rgb in (("shapes", flat), ("a word", word), ("a gradient", shades))
    }


def _faults(client: httpx.Client, api: str, image: bytes, model_version: str | None) -> Iterator[str]:
    try:
        response = client.post(f"/api/{api}", json={"image": base64.b64encode(image).decode()})
        answer = response.json()
    except (httpx.HTTPError, ValueError) as fault:
        yield f"no answer ({fault!r})"
        return
    if response.status_code != httpx.codes.OK or not isinstance(answer, dict):
        yield f"status {response.status_code}: {response.text[:200]}"
        return
    if answer.get("type") not in LOGO_TYPES:
        yield f"the type {answer.get('type')!r} is none of {', '.join(LOGO_TYPES)}"
    expected = None if answer.get("arm") == "challenger" else model_version
    if expected is not None and answer.get("model_version") != expected:
        yield f"answered by {answer.get('model_version')}, not by {expected}"
    if api == "convert":
        try:
            render(str(answer.get("svg")), SIDE, SIDE)
        except RenderingFailed as fault:
            yield f"its SVG cannot be drawn ({fault})"
