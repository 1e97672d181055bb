"""The body of POST /api/feedback."""

import json

import pytest

from svgai.api.requests.request_forms import form_of
from svgai.api.schemas.feedback_form import FeedbackForm
from svgai.errors import InvalidParameters, InvalidRequest, SvgAiError

ID = "0123456789abcdef" * 2


def form(**said: object) -> FeedbackForm:
    body = json.dumps({"conversion_id": ID, **said}).encode()
    return form_of(body, "application/json", FeedbackForm)


def test_a_rating_or_a_thumb() -> None:
    """A thumb is the best or the worst rating; what is left out is none."""
    assert [form(rating=stars).stars for stars in (1, 3.0, 5)] == [1, 3, 5]
    assert [form(thumb=thumb).stars for thumb in ("up", "down")] == [5, 1]
    assert (form(rating=1).comment, form(rating=1).identifier) == (None, None)
    assert form(rating=1, comment="x" * 500, identifier="a" * 64).comment == "x" * 500


@pytest.mark.parametrize(
    "said, kind",
    [
        ({}, InvalidRequest),
        ({"rating": 3, "thumb": "up"}, InvalidRequest),
        ({"rating": 3, "stars": 3}, InvalidRequest),
        ({"rating": 0}, InvalidParameters),
        ({"rating": 6}, InvalidParameters),
        ({"rating": 2.5}, InvalidParameters),
        ({"rating": "3"}, InvalidParameters),
        ({"thumb": "sideways"}, InvalidParameters),
        ({"rating": 3, "comment": "x" * 501}, InvalidParameters),
        ({"rating": 3, "comment": "a\x00b"}, InvalidParameters),
        ({"rating": 3, "identifier": ""}, InvalidParameters),
        ({"rating": 3, "identifier": "a" * 65}, InvalidParameters),
        ({"rating": 3, "conversion_id": "../../etc/passwd"}, InvalidParameters),
        ({"rating": 3, "conversion_id": ID.upper()}, InvalidParameters),
        ({"rating": 3, "conversion_id": ID + "\n"}, InvalidParameters),
    ],
)
def test_anything_else_is_refused(said: dict[str, object], kind: type[SvgAiError]) -> None:
    """What could become part of a path, a pattern or a database never gets there."""
    with pytest.raises(kind) as refused:
        form(**said)
    assert type(refused.value) is kind
