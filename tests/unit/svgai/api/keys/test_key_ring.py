"""Keys that are let in, and a file of them that changes."""

import logging
from pathlib import Path

import pytest

from svgai.api.keys.key_ring import LOOK_AGAIN_S, KeyRing
from svgai.api_keys import hashed_entry


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _ring(file: Path, clock: Clock, *entries: str) -> KeyRing:
    return KeyRing(entries, file, clock)


def test_plain_and_hashed_keys_are_known() -> None:
    """By name; an entry's own text is no key."""
    entry = hashed_entry("shop", "hidden")
    ring = KeyRing(("open", entry))
    assert [ring.name_of(given) for given in (b"open", b"hidden", b"other", b"", entry.encode())] == [
        *("key-1", "shop", None, None, None)
    ]


def test_without_keys_none_is_asked_for(tmp_path: Path) -> None:
    """But a file without keys lets nobody in."""
    file = tmp_path / "keys"
    file.write_text("# none yet\n")
    assert not KeyRing(()).asks
    assert KeyRing((), file).asks
    assert KeyRing((), file).name_of(b"") is None


def test_a_changed_file_counts_without_a_restart(tmp_path: Path) -> None:
    """A new key is let in and an old one is not, a second later at most."""
    file, clock = tmp_path / "keys", Clock()
    file.write_text(hashed_entry("old", "a"))
    ring = _ring(file, clock, "fixed")
    file.write_text(hashed_entry("newer", "b"))
    assert (ring.name_of(b"a"), ring.name_of(b"b")) == ("old", None)
    clock.now += LOOK_AGAIN_S
    assert (ring.name_of(b"a"), ring.name_of(b"b"), ring.name_of(b"fixed")) == (None, "newer", "key-1")


@pytest.mark.parametrize("content", [b"shop:sha256:half", b"\xff\xff", None])
def test_a_broken_file_leaves_the_keys_as_they_were(
    content: bytes | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, without what is in it, and read again once it is mended."""
    file, clock = tmp_path / "keys", Clock()
    file.write_text(hashed_entry("shop", "a"))
    ring = _ring(file, clock)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with caplog.at_level(logging.ERROR, logger="svgai.keys"):
        for _ in range(3):
            clock.now += LOOK_AGAIN_S
            assert ring.name_of(b"a") == "shop"
    (told,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert "half" not in str(vars(told))
    file.write_text(hashed_entry("newest", "c"))
    clock.now += LOOK_AGAIN_S
    assert (ring.name_of(b"a"), ring.name_of(b"c")) == (None, "newest")
