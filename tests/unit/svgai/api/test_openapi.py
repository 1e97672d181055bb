"""The OpenAPI document: complete, and of the public forms only."""

import json
import re

from svgai.api.answers import FORMS, ROUTES
from svgai.api.openapi import openapi_document
from svgai.page.site_answers import PAGE_ROUTES


def test_every_public_route_is_described() -> None:
    """Each route but the documents themselves is there."""
    assert set(openapi_document()["paths"]) == ROUTES - PAGE_ROUTES - {"/docs.json"}


def test_bodies_are_the_public_forms() -> None:
    """Both image and images are described, in JSON and multipart; BentoML's inner items are not."""
    document = openapi_document()
    for name in FORMS:
        content = document["paths"][f"/api/{name}"]["post"]["requestBody"]["content"]
        assert set(content) == {"application/json", "multipart/form-data"}
        assert "image" in content["multipart/form-data"]["schema"]["properties"]
    assert {"image", "images", "target_quality", "max_bytes"} == set(
        document["components"]["schemas"]["OptimizeForm"]["properties"]
    )
    options = document["components"]["schemas"]["ConvertForm"]["properties"]
    assert {"min_worst", "max_bytes"} < set(options)
    assert (options["strokes"]["default"], options["strokes"]["enum"]) == ("auto", ["auto", "never", "only"])
    assert options["background"]["default"] == "keep"
    assert re.match(options["background"]["pattern"], "#fff")
    answer = document["components"]["schemas"]["ConvertAnswer"]["properties"]
    assert answer["missed"]["items"]["enum"] == ["ssim", "worst", "delta_e", "bytes"]
    assert '"items": {"$ref": "#/components/schemas/ClassifyItem"' not in json.dumps(document)


def test_every_reference_leads_somewhere() -> None:
    """No $ref points at a schema that is not in the document."""
    document = openapi_document()
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])


def test_errors_are_described() -> None:
    """Every API call lists the errors it can answer."""
    responses = openapi_document()["paths"]["/api/convert"]["post"]["responses"]
    assert {"200", "400", "401", "413", "415", "422", "429", "503", "504"} == set(responses)
    assert "image/svg+xml" in responses["200"]["content"]
