"""Classify and optimize: images decoded elsewhere, the rest in batches."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from svgai.api.schemas.answers import ClassifyAnswer, ItemFault
from svgai.api.schemas.image_forms import ClassifyForm, ImageItem, OptimizeForm
from svgai.describe.classifier import INPUT_SIDE
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import AiDisabled, InvalidImage, Overloaded
from svgai.measure.promise import Promise
from svgai.model_files.model_pair import ModelInput
from svgai.serve.decoding.messages import Seen
from svgai.serve.image_requests import ImageRequests
from svgai.serve.inference import Inference
from svgai.serve.monitoring.metrics import NoMetrics
from tests.fakes.serving_fakes import fake_models, png

INPUT = ModelInput(np.zeros((3, INPUT_SIDE, INPUT_SIDE), np.uint8), np.zeros(len(FEATURE_NAMES), np.float32))


class FakeDecoder:
    """Refuses what is called so."""

    async def see(self, image: str | bytes) -> Seen:
        if image == "busy":
            raise Overloaded("busy")
        return Seen(fault=InvalidImage("no image")) if image == "broken" else Seen(10, input=INPUT)

    async def see_dear(self, image: str | bytes, seconds: float) -> Seen:
        raise AssertionError(image, seconds)


def _answered(
    form: Any, require: Any = lambda: None, max_pixels: int = 1_000_000
) -> tuple[list[Any], list[list[ImageItem]]]:
    asked: list[list[ImageItem]] = []
    inference = Inference(fake_models(), promise=lambda _: Promise(0.9, 0.8, 3.0), metrics=NoMetrics())

    async def infer(items: list[Any]) -> Sequence[Any]:
        asked.append(items)
        return inference.optimize(items) if isinstance(form, OptimizeForm) else inference.classify(items)

    requests = ImageRequests(FakeDecoder(), require_models=require, max_pixels=max_pixels, metrics=NoMetrics())
    return asyncio.run(requests.answer(form, infer)), asked


def test_a_bad_image_fails_alone() -> None:
    """Between good images a damaged one gets its fault, the others their answers, in one batch."""
    found, asked = _answered(ClassifyForm(images=["good", "broken", "good"]))
    assert [type(one) for one in found] == [ClassifyAnswer, ItemFault, ClassifyAnswer]
    assert (found[1].status, found[1].error.code) == (400, "invalid_image")
    assert [len(items) for items in asked] == [2]


def test_bad_images_ask_no_model() -> None:
    """Where no image can be decoded the models are left alone."""
    found, asked = _answered(OptimizeForm(image="broken"))
    assert isinstance(found[0], ItemFault)
    assert asked == []


def test_options_reach_the_batch() -> None:
    """What a client names goes with each image."""
    _, ((item,),) = _answered(OptimizeForm(image="good", target_quality=0.97, max_bytes=500))
    assert (item.target_quality, item.max_bytes) == (0.97, 500)  # type: ignore[attr-defined]


def test_without_models_nothing_is_decoded() -> None:
    """The refusal comes first."""

    def disabled() -> None:
        raise AiDisabled("off")

    with pytest.raises(AiDisabled):
        _answered(ClassifyForm(image="broken"), disabled)


def test_a_plain_png_is_left_to_its_batch() -> None:
    """It goes there as it came, and is answered with the others, in order."""
    found, ((plain, other),) = _answered(ClassifyForm(images=[base64.b64encode(png()).decode(), "good"]))
    assert [type(one) for one in found] == [ClassifyAnswer, ClassifyAnswer]
    assert (plain.plain, other.plain) == (png(), b"")


def test_a_plain_png_with_too_many_pixels_is_left_to_who_refuses_it() -> None:
    """MAX_PIXELS holds for plain ones, too: nothing but the decoder knows how to refuse them."""
    _, ((item,),) = _answered(ClassifyForm(image=base64.b64encode(png()).decode()), max_pixels=100)
    assert item.plain == b""


def test_an_image_of_a_list_that_cannot_be_decoded_now_fails_alone() -> None:
    """Also where all others need no process to decode them; an image that is no list's is refused with its status."""
    found, _ = _answered(ClassifyForm(images=[base64.b64encode(png()).decode(), "busy"]))
    assert [type(one) for one in found] == [ClassifyAnswer, ItemFault]
    assert (found[1].status, found[1].error.code) == (429, "overloaded")
    with pytest.raises(Overloaded):
        _answered(ClassifyForm(image="busy"))


def test_pixels_of_plain_pngs_count_with_all_others() -> None:
    """The images of a request share MAX_PIXELS, whoever decodes them."""
    plain = base64.b64encode(png()).decode()
    found, _ = _answered(ClassifyForm(images=[plain, "good", plain]), max_pixels=2 * 48 * 48 + 9)
    assert [type(one) for one in found] == [ClassifyAnswer, ItemFault, ClassifyAnswer]
    assert found[1].error.code == "too_large"
    _, (items,) = _answered(ClassifyForm(images=[plain, plain, "good"]), max_pixels=48 * 48 + 20)
    assert [bool(item.plain) for item in items] == [True, False, False]


def test_a_plain_png_that_is_damaged_fails_alone() -> None:
    """Its batch answers the others."""
    image = png()
    damaged = image[:60] + bytes(8) + image[68:]
    found, _ = _answered(ClassifyForm(images=[base64.b64encode(damaged).decode(), "good"]))
    assert [type(one) for one in found] == [ItemFault, ClassifyAnswer]
