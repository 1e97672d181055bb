"""API keys as operators configure them: plain-text keys, or names with the SHA-256 of a key."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KEY_PREFIX = "svgai_"
"""Prefix of every key made here, by which secret scanners and people recognise one."""

_RANDOM_BYTES = 32
_HASHED = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,64}):sha256:(?P<digest>[0-9a-f]{64})")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HASH_MARK = ":sha256:"


@dataclass(frozen=True)
class ApiKey:
    """An accepted key: a name that may be logged, and the SHA-256 of the key."""

    name: str
    digest: bytes


def digest_of(key: bytes) -> bytes:
    """The SHA-256 of a key. No slow hash is needed: 256 random bits cannot be guessed."""
    return hashlib.sha256(key).digest()


def parse_keys(entries: Iterable[str]) -> tuple[ApiKey, ...]:
    """
    The keys of entries of API_KEYS, or of lines of its file. A plain-text key is named by its position, key-1.

    Raises:
        ValueError: an entry is neither, or two have one name. The text names the place and never repeats an entry.
    """
    keys = tuple(_parse(entry, place) for place, entry in enumerate(entries, start=1))
    names = [key.name for key in keys]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two keys have the name {twice}; give each a name of its own")
    return keys


def read_keys_file(path: Path, entries: Iterable[str] = ()) -> tuple[ApiKey, ...]:
    """
    The keys of API_KEYS and then of a file: one entry a line; empty lines and those that begin with # do not count.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no UTF-8 text, or an entry is not valid; the text repeats no entry.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except UnicodeDecodeError:
        raise ValueError("the file is not UTF-8 text") from None
    return parse_keys([*entries, *(line for line in lines if line and not line.startswith("#"))])


def is_hashed(entry: str) -> bool:
    """Whether an entry holds a hash only, with which no service can be called."""
    return _HASH_MARK in entry


def make_key() -> str:
    """A new random key."""
    return KEY_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def hashed_entry(name: str, key: str) -> str:
    """
    The entry of API_KEYS for a key.

    Raises:
        ValueError: the name has other characters than letters, digits, dots, dashes and underscores, or over 64.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("a name has 1 to 64 letters, digits, dots, dashes and underscores")
    return f"{name}{_HASH_MARK}{digest_of(key.encode()).hex()}"


def _parse(entry: str, place: int) -> ApiKey:
    if not is_hashed(entry):
        return ApiKey(f"key-{place}", digest_of(entry.encode()))
    found = _HASHED.fullmatch(entry)
    if found is None:
        raise ValueError(f"entry {place} is not NAME:sha256:HASH, of 64 hex digits; `svgai key new NAME` prints one")
    return ApiKey(found["name"], bytes.fromhex(found["digest"]))
