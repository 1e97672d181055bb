"""Waiting for a server of this machine until it answers well."""

from collections.abc import Callable

import httpx

from rollout.waiting import wait_until
from svgai.errors import SvgAiError

READY_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.05
_ANSWER_WITHIN_S = 2.0


def wait_until_ready(url: str, ended: Callable[[], str | None], within_s: float = READY_WITHIN_S) -> float:
    """
    Ask a URL until its answer is good; gives the seconds that it took.

    `ended` is asked before each look, and tells in words how the server ended; None while it runs. Whoever answers in
    the place of one that ended is someone else.

    Raises:
        SvgAiError: it ended, with those words, or it was not ready within `within_s` seconds.
    """
    # No proxy of the environment leads to this machine.
    with httpx.Client(timeout=_ANSWER_WITHIN_S, trust_env=False) as client:

        def look() -> bool:
            if words := ended():
                raise SvgAiError(words)
            return answers_well(client, url)

        try:
            return wait_until(look, within_s, _LOOK_EVERY_S)
        except TimeoutError:
            raise SvgAiError(f"it was not ready within {within_s:g} s") from None


def answers_well(client: httpx.Client, url: str) -> bool:
    """Whether something answers a GET, and with a status of 2xx."""
    try:
        return client.get(url).is_success
    except httpx.HTTPError:
        return False
