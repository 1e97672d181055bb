"""Digests of the code that made figures."""

from training.search.code_digest import code_digest


def test_a_digest_tells_modules_apart() -> None:
    """The same modules give the same, others another."""
    assert code_digest("tracing_pool.py") == code_digest("tracing_pool.py")
    assert len({code_digest(), code_digest("tracing_pool.py"), code_digest("datasets.py")}) == 3
