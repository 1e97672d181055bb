"""Which models a Bento lacks, and what is said of it."""

import pytest

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

TAGS = {"classifier": "svgai-classifier:latest", "optimizer": "svgai-optimizer:latest"}


def test_models_that_are_stored_are_not_absent() -> None:
    """A build goes on then."""
    from svgai.serve.bento.container_image import absent_models

    assert absent_models(TAGS, frozenset(TAGS)) == ""


def test_models_that_are_absent_are_named_with_the_way_out() -> None:
    """One or both."""
    from svgai.serve.bento.container_image import absent_models

    one = absent_models(TAGS, frozenset({"classifier"}))
    assert one.startswith("the BentoML store has no svgai-optimizer:latest, and a Bento without its models")
    both = absent_models(TAGS, frozenset())
    assert "no svgai-classifier:latest and no svgai-optimizer:latest" in both
    assert "`svgai build`" in both
    assert "bentoml build --arg classifier=TAG --arg optimizer=TAG" in both


def test_a_build_without_models_fails_and_serving_does_not() -> None:
    """Only a build freezes the image."""
    from bentoml.exceptions import InvalidArgument

    from svgai.serve.bento.container_image import container_image

    image = container_image("nothing is there")
    with pytest.raises(InvalidArgument, match="nothing is there"):
        image.freeze(None, [], None)
