"""Sound files made unsound, where their formats hurt: numbers, lengths, chunks, tags, ends, splices. All by a seed."""

import random
from collections.abc import Callable, Sequence

from tests.fuzzing.file_structure import structure_of, with_good_checksums

_ODD_NUMBERS = (
    *(0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 64, 127, 128, 255, 256, 257, 999, 1000, 1001, 5744),
    *(0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0xFFFFFF, 999_999, 33_000_000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF),
)
_ODD_TEXTS = (b"0", b"-1", b"99999", b"999999999", b"9" * 20, b"1e9", b"#\n", b"\0", b" ", b"0x10", b"\xff", b"65535")
_LONGEST = 60_000


def mutated(files: Sequence[bytes], seed: int) -> bytes:
    """One of the files with one to six changes; the same for the same seed."""
    rng = random.Random(seed)
    data = rng.choice(files)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        data = rng.choice(_CHANGES)(data, files, rng)[:_LONGEST]
    return data if rng.random() < 0.15 else with_good_checksums(data)


def _change_number(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    numbers = [one for one in structure_of(data).numbers if one[0] + one[1] <= len(data)]
    if not numbers:
        return data
    place, size, order = rng.choice(numbers)
    old = int.from_bytes(data[place : place + size], "big" if order == "big" else "little")
    new = rng.choice((rng.choice(_ODD_NUMBERS), old + 1, old - 1, old * 2, old ^ (1 << rng.randrange(8 * size))))
    written = (new % (1 << 8 * size)).to_bytes(size, "big" if order == "big" else "little")
    return data[:place] + written + data[place + size :]


def _change_parts(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    parts = structure_of(data).parts
    if not parts:
        return data
    (start, end), (other_start, other_end) = rng.choice(parts), rng.choice(parts)
    part, other = data[start:end], data[other_start:other_end]
    match rng.randrange(5):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:start] + part * rng.choice((2, 3, 50)) + data[end:]
        case 2:
            return data[:start] + other + data[end:]
        case 3:
            return data[:other_start] + part + data[other_start:]
        case _:
            text = rng.choice(_ODD_TEXTS) if data[:1] == b"P" else rng.randbytes(len(part))
            return data[:start] + (part[:8] + text[8:] if len(part) > 12 else text) + data[end:]


def _change_bytes(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _turn in range(rng.choice((1, 1, 2, 8, 32))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.choice((0, 255, 128, rng.randrange(256)))
    return bytes(changed)


def _cut_off(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _insert_or_remove(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    place, length = rng.randrange(len(data) + 1), rng.choice((1, 2, 4, 100))
    return data[:place] + (rng.randbytes(length) + data[place:] if rng.random() < 0.5 else data[place + length :])


def _splice(data: bytes, files: Sequence[bytes], rng: random.Random) -> bytes:
    other = rng.choice(files)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _take_part_of_other(data: bytes, files: Sequence[bytes], rng: random.Random) -> bytes:
    """A part of another file of the same format, in the place of one or before it."""
    others = [other for other in files if other[:2] == data[:2]] or list(files)
    other = rng.choice(others)
    ours, theirs = structure_of(data).parts, structure_of(other).parts
    if not ours or not theirs:
        return data
    (start, end), (from_, to) = rng.choice(ours), rng.choice(theirs)
    return data[:start] + other[from_:to] + data[rng.choice((start, end)) :]


_CHANGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    *(_change_number,) * 6,
    *(_change_parts,) * 3,
    *(_take_part_of_other,) * 2,
    _change_bytes,
    _change_bytes,
    _cut_off,
    _insert_or_remove,
    _splice,
)
