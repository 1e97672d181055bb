"""HTTP past any proxy of the environment: what Locust and the other loads could not reach must not look reachable."""

import ssl
from functools import cache

import httpx


def client(timeout_s: float) -> httpx.Client:
    """A client for calls beside the load; it believes the certificates that this machine believes."""
    return httpx.Client(timeout=timeout_s, trust_env=False, follow_redirects=True, verify=_certificates())


@cache
def _certificates() -> ssl.SSLContext:
    # Reading them takes longer than a call of the service.
    return ssl.create_default_context()
