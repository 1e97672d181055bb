"""Public bodies become forms, or faults of the right kind."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.requests import Request

from svgai.api.requests.request_forms import read_form
from svgai.api.schemas.image_forms import MOST_IMAGES, ApiForm, ClassifyForm, ConvertForm, OptimizeForm
from svgai.errors import InvalidParameters, InvalidRequest, SvgAiError, TooLarge, UnsupportedMediaType


def _read(form: type[ApiForm], body: bytes, content_type: str | None = "application/json") -> Any:
    headers = [(b"content-type", content_type.encode())] if content_type else []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return asyncio.run(read_form(Request({"type": "http", "headers": headers, "method": "POST"}, receive), form))


def _read_json(form: type[ApiForm], **body: Any) -> Any:
    return _read(form, json.dumps(body).encode())


def _read_multipart(form: type[ApiForm], data: dict[str, str], files: Any) -> Any:
    request = httpx.Request("POST", "http://service", data=data, files=files)
    return _read(form, request.read(), request.headers["content-type"])


def test_one_image_is_one_item() -> None:
    """The single form has one image and is not a list."""
    form = _read_json(ClassifyForm, image="abc")
    assert not form.is_list
    assert form.image_data() == ["abc"]


def test_a_list_keeps_its_order_and_options() -> None:
    """Every image of a list is given in order, and its item has the form's options."""
    form = _read_json(OptimizeForm, images=["a", "b"], target_quality=0.9, max_bytes=500)
    assert form.is_list
    assert form.image_data() == ["a", "b"]
    item = form.item(plain=b"a")
    assert (item.plain, item.target_quality, item.max_bytes) == (b"a", 0.9, 500)


@pytest.mark.parametrize("text, meant", [("true", True), ("false", False)])
def test_a_field_says_true_or_false(text: str, meant: bool) -> None:
    """As JSON does; other words are refused."""
    image = {"image": ("logo.png", b"\x89PNG\xff\x00")}
    assert _read_multipart(ConvertForm, {"pretty": text}, image).pretty is meant
    with pytest.raises(InvalidParameters, match="pretty"):
        _read_multipart(ConvertForm, {"pretty": text.title()}, image)


def test_json_is_assumed() -> None:
    """A body without a content type is read as JSON."""
    assert _read(ClassifyForm, b'{"image": "abc"}', None).image == "abc"


def test_multipart_carries_the_file_and_options() -> None:
    """The image arrives as bytes, options as fields, parameters as JSON."""
    fields = {"target_quality": "0.9", "min_worst": "0", "max_bytes": "900", "max_trials": "3"}
    fields |= {"parameters": '{"upscale": 3}', "strokes": "only", "background": "#fff", "units": "in"}
    form = _read_multipart(ConvertForm, fields, {"image": ("logo.png", b"\x89PNG\xff\x00")})
    assert form.image == b"\x89PNG\xff\x00"
    assert (form.target_quality, form.max_trials, form.parameters.upscale) == (0.9, 3, 3)
    assert (form.min_worst, form.max_bytes) == (0, 900)
    assert (form.strokes, form.background, form.units) == ("only", "#fff", "in")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'"text"',
        b"\xff\xfe",
        b'{"image": 3}',
        b'{"image": null}',
        b'{"image": "a", "images": ["b"]}',
        b'{"images": []}',
        b'{"images": "a"}',
        b'{"images": [1]}',
        b'{"image": "a", "target_qualty": 0.9}',
        b"[" * 100_000,
    ],
)
def test_malformed_bodies_are_invalid_requests(body: bytes) -> None:
    """What cannot be understood, misses the image or holds unknown fields is invalid_request."""
    with pytest.raises(InvalidRequest):
        _read(OptimizeForm, body)


@pytest.mark.parametrize(
    "options",
    [
        {"target_quality": 1.5},
        {"target_quality": -0.1},
        {"target_quality": "high"},
        {"max_trials": 0},
        {"max_trials": 1000},
        {"strokes": "maybe"},
        {"strokes": None},
        {"background": "white"},
        {"precision": 5},
        {"precision": 0.5},
        {"palette": "#fff;#000"},
        {"palette": ""},
        {"monochrome": "black"},
        {"pretty": "perhaps"},
        {"units": "cm"},
        {"cutter": "1cm"},
        {"cutter": 1},
        {"cutter": "1mm", "strokes": "only"},
        {"cutter": "1mm", "parameters": {"mode": "pixels"}},
        {"background": "#ffff"},
        {"background": None},
        {"parameters": {"upscale": 9}},
        {"parameters": {"unknown": 1}},
        {"parameters": "text"},
        {"target_quality": True},
        {"target_quality": "0.9"},
        {"max_trials": True},
        {"max_trials": "3"},
        {"max_bytes": 3.5},
        {"parameters": {"upscale": True}},
        {"parameters": {"thin_strokes": 1}},
        {"parameters": {"simplify": "1"}},
    ],
)
def test_options_out_of_range_are_invalid_parameters(options: dict[str, Any]) -> None:
    """An option outside its range is invalid_parameters and is named."""
    with pytest.raises(InvalidParameters, match=next(iter(options))):
        _read_json(ConvertForm, image="a", **options)


@pytest.mark.parametrize(
    "field,text",
    [
        ("max_trials", "1_6"),
        ("max_trials", "true"),
        ("max_trials", " 3"),
        ("max_trials", "3.5"),
        ("max_trials", "٣"),
        ("max_trials", "9" * 5000),
        ("target_quality", "true"),
        ("target_quality", "0_1"),
        ("target_quality", "nan"),
        ("target_quality", "inf"),
        ("max_bytes", ""),
        ("parameters", '{"upscale": true}'),
    ],
)
def test_fields_that_are_no_numbers_are_invalid_parameters(field: str, text: str) -> None:
    """A field is a number as JSON writes one, or refused."""
    with pytest.raises(InvalidParameters, match=field):
        _read_multipart(ConvertForm, {field: text}, {"image": ("logo.png", b"a")})


def test_a_whole_number_may_be_written_with_a_point() -> None:
    """JSON does not tell 3.0 from 3."""
    form = _read_json(ConvertForm, image="a", max_trials=3.0, parameters={"upscale": 2.0})
    assert (form.max_trials, form.parameters.upscale) == (3, 2)


def test_a_large_body_is_read_beside_the_event_loop() -> None:
    """While megabytes are read the loop goes on."""
    body = json.dumps({"image": "A" * 8_000_000}).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def read() -> tuple[str, bool]:
        request = Request({"type": "http", "headers": [], "method": "POST"}, receive)
        reading = asyncio.create_task(read_form(request, ConvertForm))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        went_on = not reading.done()
        form = await reading
        return str(form.image), went_on

    image, went_on = asyncio.run(read())
    assert len(image) == 8_000_000
    assert went_on


def test_more_values_than_any_form_has_are_refused_unread() -> None:
    """Millions of small values would each become an object; they are counted first."""
    with pytest.raises(InvalidRequest, match="lists, objects and commas"):
        _read(ClassifyForm, b'{"images": [' + b"[]," * 100_000 + b"[]]}")


def test_a_fault_says_what_to_give_in_plain_words() -> None:
    with pytest.raises(InvalidParameters) as fault:
        _read_json(ConvertForm, image="a", background="white")
    assert fault.value.message == "background: give keep, remove, or a colour as #rgb or #rrggbb"


def test_a_fault_does_not_repeat_the_input() -> None:
    """The message names the field, not what the client sent."""
    with pytest.raises(SvgAiError) as fault:
        _read_json(ConvertForm, image="a", target_quality="my secret")
    assert "my secret" not in fault.value.message


@pytest.mark.parametrize(
    "body",
    [
        b'{"images":[' + b"1," * 200_000 + b"1]}",
        b'{"image":"a",' + b",".join(b'"%d":1' % name for name in range(50_000)) + b"}",
        b'{"image":"a","' + b"x" * 1_000_000 + b'":1}',
    ],
    ids=["entries", "fields", "name"],
)
def test_a_body_full_of_faults_gets_a_short_answer(body: bytes) -> None:
    """A client cannot make the service list a million faults, nor send back what it was sent."""
    with pytest.raises(InvalidRequest) as fault:
        _read(ClassifyForm, body)
    assert len(fault.value.message) < 200


def test_a_list_is_refused_at_its_first_wrong_entry() -> None:
    """A fault for each of millions of entries would take gigabytes."""
    with pytest.raises(ValidationError) as invalid:
        ClassifyForm.model_validate({"images": [1] * 1000})
    assert invalid.value.error_count() == 1


def test_nan_is_no_target() -> None:
    """NaN, which some JSON writers make, is refused."""
    with pytest.raises(SvgAiError):
        _read(ConvertForm, b'{"image": "a", "target_quality": NaN}')


def test_too_many_images() -> None:
    """A list longer than allowed is too large, and says what is allowed."""
    with pytest.raises(TooLarge, match=str(MOST_IMAGES)):
        _read_json(ClassifyForm, images=["a"] * (MOST_IMAGES + 1)).image_data()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded"]
)
def test_other_content_types_are_refused(content_type: str) -> None:
    """Only JSON and multipart are read."""
    with pytest.raises(UnsupportedMediaType):
        _read(ClassifyForm, b"image=a", content_type)


@pytest.mark.parametrize(
    "body", [b"", b"no boundary here", b"--x\r\nContent-Disposition: nonsense\r\n\r\n", b"--x\r\n\r\n\r\n--x--"]
)
def test_malformed_multipart_is_an_invalid_request(body: bytes) -> None:
    """Broken multipart is the client's fault, not the server's."""
    with pytest.raises(InvalidRequest):
        _read(ClassifyForm, body, "multipart/form-data; boundary=x")


def test_multipart_without_boundary_is_an_invalid_request() -> None:
    """Multipart needs a boundary."""
    with pytest.raises(InvalidRequest):
        _read(ClassifyForm, b"", "multipart/form-data")


def test_two_files_are_refused() -> None:
    """Multipart holds one image."""
    with pytest.raises(InvalidRequest):
        _read_multipart(ClassifyForm, {}, [("image", b"a"), ("image", b"b")])
