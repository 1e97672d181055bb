"""Headers that keep browsers from doing more with an answer than showing it."""

from starlette.datastructures import MutableHeaders

NOSNIFF = "nosniff"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG that is opened by its address runs nothing and fetches nothing, whatever were in it."""


def add_security_headers(headers: MutableHeaders, method: str) -> None:
    """Add to the headers of an answer to a request with this method; its own caching and policy stay."""
    headers["X-Content-Type-Options"] = NOSNIFF
    if headers.get("content-type", "").startswith("image/svg+xml"):
        headers.setdefault("Content-Security-Policy", SVG_POLICY)
    if method == "POST":
        headers.setdefault("Cache-Control", "no-store")
