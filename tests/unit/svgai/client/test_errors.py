"""The client's errors mirror the service's."""

import pickle

import pytest

from svgai.client.errors import ClientError, ServiceError, TooLarge
from tests.unit.test_docs import UNANSWERED, faults

OF_NOBODY = {"internal_error"}
"""What nobody foresaw has no class of its own: nobody can act on it."""


def test_every_code_of_the_service_has_a_class_of_the_same_name() -> None:
    """So that the one tree in docs/client.md can be caught by what went wrong, as the service tells it."""
    answered = {fault.code: fault.__name__ for fault in faults() if fault not in UNANSWERED}
    assert {code: kind.__name__ for code, kind in ServiceError.known.items()} == {
        code: name for code, name in answered.items() if code not in OF_NOBODY
    }


def test_the_trees_have_the_same_shape() -> None:
    """Who catches InvalidRequest catches InvalidImage, too, as in the service."""
    parents = {fault.__name__: fault.__bases__[0].__name__ for fault in faults() if fault not in UNANSWERED}
    for kind in ServiceError.known.values():
        parent = kind.__bases__[0].__name__
        assert parents[kind.__name__] in {parent, "SvgAiError"}, kind


def test_an_error_names_what_one_needs_to_ask_about_it() -> None:
    """Message, status, code and the request's id are in its text."""
    error = ServiceError("broken", "r-1", status=500, code="internal_error")
    assert isinstance(error, ClientError)
    assert str(error) == "broken (500 internal_error, request r-1)"


@pytest.mark.parametrize(
    "error",
    [
        ClientError("none", "r-1"),
        TooLarge("large", "r-1", status=413, code="too_large"),
        ServiceError("busy", "r-1", status=429, code="other", retry_after_s=2.0),
    ],
)
def test_an_error_comes_out_of_another_process_as_it_was(error: ClientError) -> None:
    """One that cannot be read there ends a pool of processes, or leaves it waiting for ever."""
    read = pickle.loads(pickle.dumps(error))
    assert (type(read), str(read), vars(read)) == (type(error), str(error), vars(error))
