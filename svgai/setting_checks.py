"""Validates settings: each check returns the value, or raises ValueError with the expected form."""

import re
from pathlib import Path

from pydantic import SecretStr, ValidationInfo

from svgai.api_keys import parse_keys, read_keys_file
from svgai.processors import usable_processors

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\sA-Z]+")
_CACHE_URL = re.compile(r"rediss?://(?:[^@/?#\s]*@)?(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:/\d{0,4})?")
_ENDPOINT = re.compile(r"https?://[^@/?#\s]+(?:/[^@?#\s]*)?")
_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_DATABASE = re.compile(r"(sqlite:///|postgres(ql)?(\+psycopg)?://)\S+")


def parts_of(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def checked_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError("give origins as browsers send them, such as https://app.example.com, or * for any")
    return origins


def checked_root_path(path: str) -> str:
    path = path.rstrip("/")
    if not _ROOT_PATH.fullmatch(path):
        raise ValueError("give a path such as /svg, of letters, digits and . _ ~ -")
    return path


def as_keys(entries: tuple[str, ...]) -> tuple[str, ...]:
    parse_keys(entries)
    return entries


def as_keys_file(file: Path, info: ValidationInfo) -> Path:
    try:
        read_keys_file(file, info.data.get("api_keys", ()))
    except OSError as fault:
        raise ValueError(f"the file cannot be read: {fault.strerror}") from None
    return file


def with_outcomes(enabled: bool, info: ValidationInfo) -> bool:
    if enabled and not info.data.get("quality_tracking_enabled", True):
        raise ValueError("it goes by what QUALITY_TRACKING_ENABLED keeps")
    return enabled


def checked_cache_url(url: SecretStr) -> SecretStr:
    if not _CACHE_URL.fullmatch(url.get_secret_value()):
        raise ValueError("give redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER], or rediss:// for TLS")
    return url


def checked_endpoint(url: str) -> str:
    if not _ENDPOINT.fullmatch(url):
        raise ValueError("give http://HOST:PORT or https://HOST; keys go into OTEL_EXPORTER_OTLP_HEADERS")
    return url


def at_most_cores(workers: int) -> int:
    return min(workers, usable_processors())


def checked_database(url: str) -> str:
    if not _DATABASE.fullmatch(url):
        raise ValueError("give sqlite:///FILE or postgresql://HOST/NAME")
    if ":memory:" in url:
        raise ValueError(
            "give a file: each process has a memory of its own; QUALITY_TRACKING_ENABLED=false keeps nothing"
        )
    return url
