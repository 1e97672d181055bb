"""Waiting until a local server is ready."""

import time
from collections.abc import Callable

import httpx

from rollout.waiting import wait_until
from svgai.errors import SvgAiError

READY_WITHIN_S = 60.0
_ANSWER_WITHIN_S = 2.0


def wait_until_ready(url: str, ended: Callable[[], str | None], within_s: float = READY_WITHIN_S) -> float:
    """
    Poll a URL until it answers 2xx; returns the seconds that it took.

    `ended` is called before each request, and says how the server exited; None while it runs. After an exit, another
    server may answer at the same address.

    Raises:
        SvgAiError: it exited, with that message, or it was not ready within `within_s` seconds.
    """
    began = time.monotonic()
    # No proxy of the environment is used for this machine.
    with httpx.Client(timeout=_ANSWER_WITHIN_S, trust_env=False) as client:

        def look() -> bool:
            if words := ended():
                raise SvgAiError(words)
            return answers_well(client, url)

        if not wait_until(look, within_s):
            raise SvgAiError(f"it was not ready within {within_s:g} s")
    return time.monotonic() - began


def answers_well(client: httpx.Client, url: str) -> bool:
    """Whether a GET is answered with 2xx."""
    try:
        return client.get(url).is_success
    except httpx.HTTPError:
        return False
