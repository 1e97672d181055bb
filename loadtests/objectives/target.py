"""Checks of the service to be loaded."""

import re

import httpx

from loadtests.servers import direct
from svgai.errors import SvgAiError

TIMEOUT_S = 10.0


def base_url(url: str) -> str:
    """
    A service's URL without a slash at its end.

    Raises:
        ValueError: It is not a URL that Locust could load.
    """
    if not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", url):
        raise ValueError(f"{url!r} is not a URL such as http://127.0.0.1:3000")
    return url.rstrip("/")


def require_service(url: str, api_key: str | None) -> None:
    """
    Check that a service would answer.

    Raises:
        SvgAiError: There is none, it is not ready, or it needs another API key; the message says what to do.
    """
    status = _status(f"{url}/readyz", None)
    if status != 200:
        raise SvgAiError(
            f"{url}/readyz answers {status}: the service is still starting, or its models failed to load; "
            f"{url}/api/ai-status says which"
        )
    if _status(f"{url}/docs.json", api_key) == 401:
        known = (
            "CLIENT_API_KEY or the first of API_KEYS is not a key of the service"
            if api_key
            else "the service requires one"
        )
        raise SvgAiError(f"{known}: set the variable CLIENT_API_KEY to an API key of the service at {url}")


def _status(url: str, api_key: str | None) -> int:
    try:
        with direct.client(TIMEOUT_S) as client:
            return client.get(url, headers={"X-API-Key": api_key} if api_key else {}).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise SvgAiError(
            f"nothing answers at {url} ({fault}): start a service with `svgai serve`, or name another with --url"
        ) from fault
