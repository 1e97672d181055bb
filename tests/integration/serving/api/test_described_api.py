"""The service against its own description: what it accepts and answers is what `/docs.json` says."""

import base64
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from svgai.convert.cutter import CUTTER_FORM
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import Served

pytestmark = [pytest.mark.integration, pytest.mark.slow]

EXAMPLES = 25
LOGO = encode_png(drawn_logo(1))
FILE_IN_TEXT, FILE = "svgai-image", "svgai-file"
"""Formats that make schemathesis send images where a schema says no more than that there is a file."""


def _with_images(node: Any) -> Any:
    """A document whose files are images."""
    if isinstance(node, list):
        return [_with_images(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: _with_images(part) for key, part in node.items()}
    if node.get("contentEncoding") == "base64":
        found["format"] = FILE_IN_TEXT
    elif node.get("contentMediaType") == "application/octet-stream":
        found["format"] = FILE
    return found


def _with_thin_parts(node: Any) -> Any:
    """A document that asks cutters' parts to be no wider than what the image shows, which no schema can say."""
    if isinstance(node, list):
        return [_with_thin_parts(part) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("pattern") == CUTTER_FORM:
        return {"type": "string", "enum": ["0mm", "1px"]}
    return {key: _with_thin_parts(part) for key, part in node.items()}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_service_is_what_it_describes(service: Served, mode: GenerationMode) -> None:
    """All of schemathesis' checks hold for every operation, with bodies that fit their schema and that do not."""
    schemathesis.openapi.format(FILE_IN_TEXT, st.just(base64.b64encode(LOGO).decode()))
    schemathesis.openapi.format(FILE, st.just(LOGO))
    described = _with_images(service.client.get("/docs.json").json())
    if mode is GenerationMode.POSITIVE:
        described = _with_thin_parts(described)
    schema = schemathesis.openapi.from_dict(described)
    tried = 0
    for found in schema.get_all_operations():
        operation: Any = cast("Any", found).ok()
        if mode is GenerationMode.NEGATIVE and operation.method.upper() == "GET":
            continue  # nothing of it can be wrong

        @seed(1)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case[Any]) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(base_url=str(service.client.base_url))

        ask()
    assert tried > EXAMPLES
