"""What work consisted of is kept for whoever asks."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from svgai.stages import Stage, add_stages, recorded, recording, stage


@stage("whole")
def whole() -> int:
    with stage("part"):
        return 7


def test_stages_are_kept_with_their_times() -> None:
    """Inner ones lie within outer ones; functions may be stages, each time they are called."""
    before = time.time_ns()
    with recorded() as stages:
        assert recording()
        assert [whole(), whole()] == [7, 7]
    assert [one.name for one in stages] == ["part", "whole", "part", "whole"]
    inner, outer, *_ = stages
    assert before <= outer.began_ns <= inner.began_ns <= inner.ended_ns <= outer.ended_ns <= time.time_ns()


def test_where_nobody_asks_nothing_is_kept() -> None:
    """Before and after a recording."""
    assert not recording()
    assert whole() == 7
    add_stages([Stage("elsewhere", 1, 2)])
    with recorded() as stages:
        pass
    whole()
    assert stages == []


def test_what_fails_is_a_stage_too() -> None:
    """The fault passes through."""
    with recorded() as stages, pytest.raises(ValueError, match="no"), stage("failing"):
        raise ValueError("no")
    assert [one.name for one in stages] == ["failing"]


def test_threads_and_other_processes_add_theirs() -> None:
    """To the recording that they were begun in; an inner recording is one of its own."""
    with recorded() as stages, ThreadPoolExecutor(1) as threads:
        threads.submit(copy_context().run, whole).result()
        add_stages([Stage("elsewhere", 1, 2)])
        with recorded() as inner:
            whole()
    assert [one.name for one in stages] == ["part", "whole", "elsewhere"]
    assert len(inner) == 2
