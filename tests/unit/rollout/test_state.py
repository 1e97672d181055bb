from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.state import Service, State, read_state, write_state
from svgai.errors import DeploymentFault

NEW = State(host="127.0.0.1", port=3000)


def test_the_state_is_read_back_as_written(tmp_path: Path) -> None:
    """And there is none before."""
    folder = tmp_path / "deployment"
    assert read_state(folder) is None
    state = NEW.but(live=Service(bento="svgai:a", port=4000), line=("svgai:b",), registry_behind=True)
    write_state(folder, state)
    assert read_state(folder) == state
    assert [path.name for path in folder.iterdir()] == ["state.json"]


def test_a_damaged_state_says_what_to_do(tmp_path: Path) -> None:
    """Nothing is guessed from half a file."""
    (tmp_path / "state.json").write_text('{"host": ')
    with pytest.raises(DeploymentFault, match="remove it, and deploy again"):
        read_state(tmp_path)


def served(state: State, bento: str) -> State:
    return state.but(other=Service(bento=bento, port=1), phase="starting").taken_over().but(other=None, phase="steady")


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=15))
def test_rollbacks_lead_back_the_way_that_takeovers_came(acts: list[str | None]) -> None:
    """A takeover puts a Bento on top, a rollback (None) takes the top away."""
    state, stack = NEW, list[str]()
    for bento in acts:
        if bento is not None:
            state = served(state, bento)
            stack.append(bento)
        elif len(stack) > 1:
            state = state.taken_back(Service(bento=state.line[-1], port=2)).but(other=None, phase="steady")
            stack.pop()
            assert state.registry_behind
    assert [*state.line, *([state.live.bento] if state.live else [])] == stack


def test_a_first_bento_that_is_taken_back_leaves_nothing() -> None:
    """The registry has nothing to go back to either."""
    state = NEW.but(other=Service(bento="a", port=1), phase="starting").taken_over().taken_back(None)
    assert (state.live, state.line, state.registry_behind) == (None, (), False)
