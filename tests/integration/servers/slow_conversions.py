"""Conversions that take seconds, and a look at how many a service has in hand."""

import re
from concurrent.futures import Executor, Future

import httpx
import numpy as np

from rollout.waiting import wait_until
from svgai.decode.pixels import encode_png
from tests.integration.servers.served import encoded

_BEGUN_WITHIN_S = 90
_SLOW = {
    "upscale": 4,
    "colour_models": "flat",
    "clustering": "color-cluster",
    "layer_difference": 0,
    "filter_speckle": 0,
    "refine_to": 0,
}
_IN_PROGRESS = re.compile(r'in_progress\{[^}]*endpoint="/api/convert"[^}]*\} (\d+)')


def slow_request(side: int) -> dict[str, object]:
    """The body of a conversion of coloured noise (side, side): seconds from 160 on, a minute at 512."""
    draw = np.random.default_rng(1)
    rgba = np.dstack([draw.integers(0, 256, (side, side, 3), np.uint8), np.full((side, side), 255, np.uint8)])
    return {"image": encoded(encode_png(rgba)), "parameters": _SLOW, "cache": False}


def begin(client: httpx.Client, clients: Executor, count: int) -> list[Future[httpx.Response]]:
    """Ask for slow conversions, and come back once the service has all of them in hand and none is answered."""
    asked = [clients.submit(client.post, "/api/convert", json=slow_request(160)) for _ in range(count)]
    wait_until_in_hand(client, count)
    assert not any(one.done() for one in asked)
    return asked


def wait_until_in_hand(client: httpx.Client, count: int) -> None:
    """Until the service counts so many conversions as in progress."""

    def in_hand() -> bool:
        found = _IN_PROGRESS.search(client.get("/metrics").text)
        return found is not None and int(found[1]) >= count

    assert wait_until(in_hand, _BEGUN_WITHIN_S, every_s=0.02)
