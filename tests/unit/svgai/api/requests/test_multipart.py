"""Multipart bodies, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.api.requests.multipart import MOST_PARTS, parts_of
from svgai.errors import InvalidRequest

TYPE = "multipart/form-data; boundary=x"


def _part(name: str, data: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n"


@given(st.lists(st.tuples(st.sampled_from(["image", "max_trials"]), st.binary(max_size=50)), min_size=1, max_size=5))
def test_parts_come_back_as_they_were_sent(parts: list[tuple[str, bytes]]) -> None:
    """Names and bytes, whatever the bytes are."""
    parts = [(name, data.replace(b"--x", b"")) for name, data in parts]
    body = b"".join(_part(*part) for part in parts) + b"--x--\r\n"
    assert [(part.name, part.data) for part in parts_of(body, TYPE)] == parts


def test_a_part_with_a_files_name_is_a_file() -> None:
    """And one without is a field."""
    body = _part("image", b"a", '; filename="logo.png"') + _part("image", b"a") + b"--x--"
    assert [part.is_file for part in parts_of(body, TYPE)] == [True, False]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        _part("image", b"a"),
        b"--x\r\n\r\na\r\n--x--",
        b"--x\r\nContent-Disposition: attachment\r\n\r\na\r\n--x--",
        b"--x\r\nno header\r\n\r\na\r\n--x--",
    ],
    ids=["nothing", "boundary alone", "cut off", "no name", "no form", "no header"],
)
def test_what_is_malformed_is_an_invalid_request(body: bytes) -> None:
    """Also what ends before its last boundary."""
    with pytest.raises(InvalidRequest, match="multipart"):
        parts_of(body, TYPE)


def test_too_many_parts_are_refused() -> None:
    """As soon as there is one more than any form has."""
    assert len(parts_of(_part("a", b"") * MOST_PARTS + b"--x--", TYPE)) == MOST_PARTS
    with pytest.raises(InvalidRequest, match=str(MOST_PARTS)):
        parts_of(_part("a", b"") * (MOST_PARTS + 1) + b"--x--", TYPE)
