"""An image as it runs, with an engine that runs a program in a container's place."""

from pathlib import Path

import pytest

from loadtests.benchmarks.image_run import measure_starts
from svgai.errors import SvgAiError
from tests.fakes.engine_with_containers import READY, engine_with_containers

pytestmark = pytest.mark.slow


def test_containers_are_started_one_after_the_other_and_nothing_is_left(tmp_path: Path) -> None:
    """The median and the most of the seconds until each was ready."""
    engine, state = engine_with_containers(tmp_path, READY)
    steps: list[tuple[int, int]] = []
    found = measure_starts(engine, "svgai:1", 2, lambda done, times: steps.append((done, times)))
    assert 0 < found.ready_s <= found.slowest_ready_s
    assert steps == [(1, 2), (2, 2)]
    assert not list(state.iterdir())


def test_a_container_that_ends_is_told_with_what_it_printed(tmp_path: Path) -> None:
    """Its output is gone with it."""
    engine, _ = engine_with_containers(tmp_path, "import sys; sys.exit('no settings')")
    with pytest.raises(SvgAiError, match=r"ended with code 1; .*\nno settings"):
        measure_starts(engine, "svgai:1", 1, lambda _done, _times: None)
