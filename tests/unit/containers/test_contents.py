"""What the probe tells, checked and named."""

import pytest

from containers.contents import measure
from svgai.errors import ContainerFault
from tests.fakes.container_images import IMAGE, FakeEngine, contents


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
