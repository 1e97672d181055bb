"""Digests of the code that made figures."""

from training.search.code_digest import code_digest


def test_a_digest_tells_modules_apart() -> None:
    """The same modules give the same, others another."""
    assert code_digest("training.fit") == code_digest("training.fit")
    assert len({code_digest(), code_digest("training.fit"), code_digest("training.data")}) == 3
