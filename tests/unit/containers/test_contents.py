"""What the probe tells, checked and named."""

import pytest

from containers.contents import measure
from svgai.errors import ContainerFault
from tests.container_images import IMAGE, FakeEngine, bento, contents, distribution


def test_the_probe_is_told_where_to_look() -> None:
    """The Bento's folder as the image names it, and the volumes, whose files count."""
    engine = FakeEngine(contents().model_dump())
    assert measure(engine, IMAGE) == contents()
    assert engine.arguments == ["/", "/bento", "/data"]


def test_parts_that_do_not_add_up_are_refused() -> None:
    """A table with files missing, or counted twice, would be wrong."""
    told = contents().model_dump()
    told["other"][0]["bytes"] += 1
    with pytest.raises(ContainerFault, match=r"6001017 bytes, all of it 6001016"):
        measure(FakeEngine(told), IMAGE)


def test_an_unexpected_answer_is_a_fault() -> None:
    """With what is missing."""
    with pytest.raises(ContainerFault, match="total"):
        measure(FakeEngine({}), IMAGE)


@pytest.mark.parametrize("description", ["[", "- a list", "name: svgai"])
def test_a_description_of_no_bento_is_a_fault(description: str) -> None:
    """Not YAML, no mapping, or without a version."""
    with pytest.raises(ContainerFault, match=r"bento\.yaml"):
        _ = bento(description=description).facts


def test_licences_are_read_from_what_was_told() -> None:
    """Of a distribution by its metadata."""
    assert distribution(expression=None, stated="Apache 2.0").licence.name == "Apache-2.0"
