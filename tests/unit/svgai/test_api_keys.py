"""API keys as they are written: in the clear, or hashed with a name."""

from pathlib import Path

import pytest

from svgai.api_keys import digest_of, hashed_entry, make_key, parse_keys, read_keys_file


def test_a_hashed_key_keeps_its_name() -> None:
    """An entry with a hash stands for the key that it is the hash of."""
    (key,) = parse_keys([hashed_entry("shop", "k1")])
    assert (key.name, key.digest) == ("shop", digest_of(b"k1"))


def test_keys_in_the_clear_are_named_by_their_place() -> None:
    """Their names say nothing of them."""
    assert [key.name for key in parse_keys(["one", hashed_entry("shop", "two"), "three"])] == ["key-1", "shop", "key-3"]


@pytest.mark.parametrize("entry", ["shop:sha256:abc", f"shop:sha256:{'0' * 63}g", f":sha256:{'0' * 64}", "a b:sha256:"])
def test_a_hash_with_a_slip_is_no_key_in_the_clear(entry: str) -> None:
    """It is refused, by its place: the text may hold most of a hash."""
    with pytest.raises(ValueError, match="entry 1 is not NAME:sha256:HASH") as fault:
        parse_keys([entry])
    assert entry not in str(fault.value)


def test_one_name_stands_for_one_key() -> None:
    """Limits and log lines are kept by name."""
    with pytest.raises(ValueError, match="the name shop"):
        parse_keys([hashed_entry("shop", "one"), hashed_entry("shop", "two")])


def test_new_keys_are_long_and_differ() -> None:
    """256 random bits behind a prefix that scanners know."""
    first, second = make_key(), make_key()
    assert first != second
    assert first.startswith("svgai_")
    assert len(first) >= len("svgai_") + 43


def test_a_file_holds_an_entry_a_line(tmp_path: Path) -> None:
    """Comments and empty lines do not count; keys of the settings come first."""
    file = tmp_path / "keys"
    file.write_text(f"# of the shop\n\n{hashed_entry('shop', 'two')}\n  three  \n")
    assert [key.name for key in read_keys_file(file, ["one"])] == ["key-1", "shop", "key-3"]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """Without its content."""
    file = tmp_path / "keys"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="not UTF-8 text"):
        read_keys_file(file)
