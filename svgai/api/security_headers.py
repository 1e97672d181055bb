"""Headers that let browsers only display an answer."""

from starlette.datastructures import MutableHeaders

NOSNIFF = "nosniff"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG opened by its URL runs no script and fetches nothing, whatever it contains."""


def add_security_headers(headers: MutableHeaders, method: str) -> None:
    """Add to the headers of an answer to a request with this method; its own caching and policy stay."""
    headers["X-Content-Type-Options"] = NOSNIFF
    if headers.get("content-type", "").startswith("image/svg+xml"):
        headers.setdefault("Content-Security-Policy", SVG_POLICY)
    if method == "POST":
        headers.setdefault("Cache-Control", "no-store")
