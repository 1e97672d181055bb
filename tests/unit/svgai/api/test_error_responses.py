"""Faults as answers: what clients read, and what only the log has."""

import json

from svgai.api.answers import batch_response
from svgai.api.error_responses import error_response
from svgai.api.requests.request_record import RequestRecord
from svgai.api.schemas.answers import ItemFault
from svgai.api.schemas.image_forms import ClassifyForm
from svgai.errors import InvalidImage


def _record() -> RequestRecord:
    return RequestRecord("r1", "POST", "/api/convert")


def test_the_detail_of_a_fault_is_in_the_log_alone() -> None:
    """What a library said does not reach the client."""
    record = _record()
    fault = InvalidImage("the image is damaged or cut off").because(SyntaxError("broken\nchunk"))
    answer = error_response(fault, record)
    assert json.loads(bytes(answer.body))["error"]["message"] == "the image is damaged or cut off"
    assert record.detail == r"SyntaxError: broken\nchunk"


def test_so_is_that_of_a_single_image_of_a_batch() -> None:
    """Also where its fault came back from a batch."""
    record = _record()
    item = ItemFault.of(InvalidImage("the image is damaged").because(OSError("/srv/secret")))
    answer = batch_response(ClassifyForm(image="aGk="), [item], record)
    assert b"/srv" not in bytes(answer.body)
    assert record.detail == "OSError: /srv/secret"
    listed = batch_response(ClassifyForm(images=["aGk="]), [item], _record())
    assert b"/srv" not in bytes(listed.body)
