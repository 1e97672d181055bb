"""What a service computes with has one name."""

from importlib.metadata import version

from svgai.serve.worker_life.code_identity import code_digest, library_versions


def test_the_digest_is_the_same_for_the_same_code() -> None:
    """In this process and in the next."""
    first = code_digest()
    code_digest.cache_clear()
    assert code_digest() == first
    assert len(first) == 64


def test_the_versions_are_those_that_are_installed() -> None:
    """Of what is there: the GPU's runtime takes the place of the CPU's."""
    found = library_versions()
    assert found["numpy"] == version("numpy")
    assert "vtracer" in found
