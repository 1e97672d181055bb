"""The OpenAPI document: complete, and of the public forms only."""

import json
import re

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.api.answers import FORMS, ROUTES
from svgai.api.openapi import openapi_document
from svgai.api.requests.request_forms import form_of
from svgai.api.schemas.image_forms import MOST_IMAGES
from svgai.errors import SvgAiError
from svgai.page.site_answers import PAGE_ROUTES
from svgai.trace.parameters import TracingParameters


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


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of BentoML's own imports
def test_bentoml_can_hold_the_forms() -> None:
    """Its constructor, which a build calls, takes every name in the schemas of the forms."""
    from bentoml._internal.service.openapi.specification import Schema

    forms = [schema for name, schema in openapi_document()["components"]["schemas"].items() if name.endswith("Form")]
    assert len(forms) >= len(FORMS)
    assert [Schema(**form).title for form in forms] == [form["title"] for form in forms]


def test_every_reference_leads_somewhere() -> None:
    """No $ref points at a schema that is not in the document."""
    document = openapi_document()
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])


def test_errors_are_described() -> None:
    """A conversion lists every status that it can answer."""
    responses = openapi_document()["paths"]["/api/convert"]["post"]["responses"]
    statuses = {"200", "400", "401", "408", "413", "414", "415", "422", "429", "431", "500", "503", "504"}
    assert statuses == set(responses)
    assert "image/svg+xml" in responses["200"]["content"]


def test_multipart_options_have_the_schemas_of_json() -> None:
    """What JSON bounds is bounded in a field, too; a field that is not given is left out, not null."""
    content = openapi_document()["paths"]["/api/convert"]["post"]["requestBody"]["content"]
    fields = content["multipart/form-data"]["schema"]["properties"]
    assert {"minimum": 1, "maximum": 16, "type": "integer"}.items() <= fields["max_trials"].items()
    assert fields["parameters"]["$ref"] == "#/components/schemas/TracingParameters"
    assert '"null"' not in json.dumps(fields)


_VALUES: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 20),
    st.floats(-1, 20, allow_nan=False).map(lambda number: round(number, 2)),
    st.sampled_from(["", "a", "3", "1_6", "auto", "only", "keep", "#fff", "#ffff", "mm", "gradient", "watershed"]),
    st.lists(st.sampled_from(["a", "", 1, None]), max_size=3),
    st.dictionaries(st.sampled_from(sorted(TracingParameters.model_fields)), st.integers(-1, 9), max_size=2),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FORMS))
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_the_document_accepts_what_the_service_accepts(name: str, data: st.DataObject) -> None:
    """A body that the schema takes is a form, and one that it does not take is refused: in both directions."""
    document = openapi_document()
    form = FORMS[name]
    fields = st.dictionaries(st.sampled_from([*form.model_fields, "unknown"]), _VALUES, max_size=2)
    images: list[dict[str, object]] = [{"image": "a"}, {"image": ""}, {"images": ["a"]}, {}]
    images.append({"image": None, "images": ["a"]})
    body = data.draw(st.sampled_from(images)) | data.draw(fields)
    schema = {"$ref": f"#/components/schemas/{form.__name__}", "components": document["components"]}
    valid = jsonschema.Draft202012Validator(schema).is_valid(body)
    try:
        read = form_of(json.dumps(body).encode(), "application/json", form)
        # An image is looked at later: an empty one is none.
        accepted = getattr(read, "image", None) != ""
    except SvgAiError:
        accepted = False
    assert accepted == valid, body


def test_a_list_of_too_many_images_is_in_neither() -> None:
    """The bound of a list is in the document."""
    schema = openapi_document()["components"]["schemas"]["ClassifyForm"]
    bounded = next(kind for kind in schema["properties"]["images"]["anyOf"] if kind["type"] == "array")
    assert (bounded["minItems"], bounded["maxItems"]) == (1, MOST_IMAGES)


def test_bounds_are_written_in_the_words_of_json_schema() -> None:
    """Where pydantic leaves its own, `ge` and the like, no reader of the document knows of the bound."""
    assert re.findall(r'"(?:ge|gt|le|lt)":', json.dumps(openapi_document())) == []
