"""HTTP without the environment's proxies: a service that Locust cannot reach must not appear reachable."""

import ssl
from functools import cache

import httpx


def client(timeout_s: float) -> httpx.Client:
    """A client for calls beside the load; it trusts the certificates that this machine trusts."""
    return httpx.Client(timeout=timeout_s, trust_env=False, follow_redirects=True, verify=_certificates())


@cache
def _certificates() -> ssl.SSLContext:
    # Loading them takes longer than a call of the service.
    return ssl.create_default_context()
