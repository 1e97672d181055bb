"""Which images of a set are measured."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from svgai.logo_types import LogoType
from training.data.datasets import Sample
from training.data.selection import by_hash, first_of_each_type, is_held_out, of_brands


def sample(name: str, kind: LogoType | None = "simple") -> Sample:
    return Sample(name, kind, name, b"")


def test_the_order_is_that_of_hashes() -> None:
    """Of the names, whatever order they come in."""
    samples = [sample(f"logo-{number}") for number in range(20)]
    ordered = by_hash(samples)
    assert ordered == by_hash(reversed(samples))
    digests = [hashlib.sha256(one.name.encode()).hexdigest() for one in ordered]
    assert digests == sorted(digests)


def test_a_brand_is_held_out_by_its_name_alone() -> None:
    """Written down for four names: figures of the held-out half stay comparable only while nobody moves them."""
    assert [is_held_out(brand) for brand in ("acme", "globex", "hooli", "stark")] == [True, True, False, False]


@given(st.text())
def test_the_split_is_the_parity_of_the_digest(brand: str) -> None:
    """Its last hexadecimal digit is odd for the held-out half, even for the other."""
    assert is_held_out(brand) == (hashlib.sha256(brand.encode()).hexdigest()[-1] in "13579bdf")


def test_about_half_of_the_brands_are_held_out() -> None:
    """Neither side starves."""
    share = sum(is_held_out(f"brand {number}") for number in range(1000)) / 1000
    assert 0.45 < share < 0.55


def test_held_out_brands_are_taken_alone_or_with_all() -> None:
    """The order stays."""
    samples = [sample(brand) for brand in ("stark", "acme", "hooli", "globex")]
    assert [one.name for one in of_brands(samples, held_out=True)] == ["acme", "globex"]
    assert of_brands(samples, held_out=False) == samples


def test_each_type_gives_its_first_ones() -> None:
    """In the types' order; unlabelled samples stay out, and a type with fewer gives all that it has."""
    samples = [sample(f"s{number}") for number in range(5)] + [sample("t", "text"), sample("bare", None)]
    chosen = first_of_each_type(samples, 2)
    assert [one.kind for one in chosen] == ["simple", "simple", "text"]
    assert chosen[:2] == by_hash(samples[:5])[:2]


def test_more_of_each_type_add_to_fewer() -> None:
    """And zero takes every labelled one."""
    samples = [sample(f"{kind}-{number}", kind) for kind in ("gradient", "complex") for number in range(4)]
    taken = [{one.name for one in first_of_each_type(samples, count)} for count in (1, 2, 3, 0)]
    assert [len(names) for names in taken] == [2, 4, 6, 8]
    assert taken[0] < taken[1] < taken[2] < taken[3]
