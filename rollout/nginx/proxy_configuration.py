"""nginx's configuration in front of the services: routing, limits, and its own error answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

DRAINED_WITHIN_S = 60
GENERATION_PATH = "/generation"
_TEMPLATE = Path(__file__).with_name("nginx.conf.j2")
_KEEPS_IDLE_CONNECTIONS = (1, 27, 4)
_BODY_MARGIN = 64 * 1024
_FOLDER_OF_PAGES = "/.proxy"


@dataclass(frozen=True)
class _ErrorPage:
    """nginx's own error answer in the service's format, for the statuses in `seen`."""

    seen: str
    status: int
    code: str
    message: str
    retry_after_s: int | None = None


_ERROR_PAGES = (
    _ErrorPage("400 501 505", 400, "invalid_request", "this is not a valid HTTP request"),
    _ErrorPage("404", 404, "not_found", "there is nothing at this path"),
    _ErrorPage("405", 405, "method_not_allowed", "this path does not answer this method"),
    _ErrorPage("408", 408, "request_timeout", "the request took too long to arrive"),
    _ErrorPage("413", 413, "too_large", "the body is too large"),
    _ErrorPage("414", 414, "uri_too_long", "the address of the request is too long"),
    _ErrorPage("429", 429, "overloaded", "too many requests at once from this address", retry_after_s=1),
    _ErrorPage("431 494", 431, "headers_too_large", "the headers of the request are too large"),
    _ErrorPage("500", 500, "internal_error", "the proxy failed"),
    _ErrorPage("502 503", 503, "not_ready", "no service answers"),
    _ErrorPage("504", 504, "timeout", "the service took too long"),
)


@dataclass(frozen=True)
class Tls:
    """Files of a certificate with its chain, and of its key, by nginx's paths."""

    certificate: str
    key: str


@dataclass(frozen=True)
class Page:
    """Another server's pages, with TLS at their own address; they have their own authentication."""

    listen: str
    address: str


@dataclass(frozen=True)
class Trial:
    """Requests whose `X-SVGAI-Trial` is `token` go to the new service, whatever its share is."""

    token: str


@dataclass(frozen=True)
class ProxyConfiguration:
    """
    The parameters of the configuration.

    Attributes:
        folder: For nginx's own files.
        temp: For buffers that exceed memory; it must exist.
        errors: The error log.
        listen: Address and port, as nginx has them.
        live: Addresses of the service that gets the requests; one for each of its replicas. None: all get 503.
        new: Addresses of the service that gets `share` percent of them.
        version: Of nginx.
        max_body_bytes: Limit of request bodies of the services; bodies well above it are rejected by nginx.
        user: That the workers run as; empty: as the master does.
        log: The access log.
        requests_at_once: That one client's address may have in progress under /api/; 0: any number.
        pages: Of other servers.
        generation: Answered at GENERATION_PATH; a reload is done when it is the new one.
    """

    folder: Path
    temp: Path
    errors: str
    listen: str
    live: Sequence[str]
    version: tuple[int, ...]
    max_body_bytes: int
    new: Sequence[str] = ()
    share: int = 0
    user: str = ""
    log: str | None = None
    tls: Tls | None = None
    trial: Trial | None = None
    requests_at_once: int = 0
    pages: Sequence[Page] = ()
    generation: str = ""

    def render(self) -> str:
        """The file's text."""
        template = jinja2.Environment(  # nosec B701
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - the output is not HTML, and contains no client input
        ).from_string(_TEMPLATE.read_text(encoding="utf-8"))
        text: str = template.render(self._values())
        return text

    def _values(self) -> dict[str, Any]:
        return {
            **vars(self),
            "drain_s": DRAINED_WITHIN_S,
            "keeps_alive": self.version >= _KEEPS_IDLE_CONNECTIONS,
            "largest_body": self.max_body_bytes + _BODY_MARGIN,
            "error_pages": _ERROR_PAGES,
            "folder_of_pages": _FOLDER_OF_PAGES,
            "generation_path": _FOLDER_OF_PAGES + GENERATION_PATH,
        }
