"""The images of one request: in order, each failing alone, within what one request may take."""

import asyncio

import numpy as np
import pytest

from svgai.describe.classifier import INPUT_SIDE
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import InvalidImage, Overloaded, SvgAiError, TooLarge
from svgai.model_files.model_pair import ModelInput
from svgai.serve.decoding.decode_pool import MOST_SECONDS
from svgai.serve.decoding.messages import Seen
from svgai.serve.decoding.preparation import prepare_list, prepare_one

INPUT = ModelInput(np.zeros((3, INPUT_SIDE, INPUT_SIDE), np.uint8), np.zeros(len(FEATURE_NAMES), np.float32))


class FakeDecoder:
    """Knows images by name: `<pixels>`, `dear <pixels>`, `broken` or `busy`; a dear one takes so many seconds."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self.allowed: list[float] = []
        self.at_once = self.most_at_once = 0

    async def see(self, image: str | bytes) -> Seen:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        name = str(image)
        if name == "broken":
            return Seen(fault=InvalidImage("broken"))
        if name == "busy":
            raise Overloaded("busy")
        return Seen(int(name.rsplit(maxsplit=1)[-1]), input=None if name.startswith("dear") else INPUT)

    async def see_dear(self, image: str | bytes, seconds: float) -> Seen:
        self.allowed.append(seconds)
        return Seen(int(str(image).split()[-1]), self.seconds, INPUT)


def _prepared(decoder: FakeDecoder, *images: str, taken: int = 0) -> list[ModelInput | SvgAiError]:
    return asyncio.run(prepare_list(images, decoder, 1000, taken))


def test_each_image_of_a_list_fails_alone() -> None:
    """In order, also one for which there was no place."""
    found = _prepared(FakeDecoder(), "10", "broken", "busy", "10")
    assert [type(one) for one in found] == [ModelInput, InvalidImage, Overloaded, ModelInput]
    assert [type(one) for one in _prepared(FakeDecoder(), "busy")] == [Overloaded]


def test_a_lone_image_without_a_place_is_told_to_come_back() -> None:
    """The refusal keeps its status and its time to come back after."""
    with pytest.raises(Overloaded):
        asyncio.run(prepare_one("busy", FakeDecoder()))


def test_pixels_count_together() -> None:
    """What comes after the pixels of a whole request is refused, what came before is not; a dear one is not decoded."""
    decoder = FakeDecoder()
    found = _prepared(decoder, "400", "dear 500", "dear 200", "90")
    assert [type(one) for one in found] == [ModelInput, ModelInput, TooLarge, TooLarge]
    assert len(decoder.allowed) == 1
    assert [type(one) for one in _prepared(decoder, "400", "200", taken=500)] == [ModelInput, TooLarge]


def test_processor_time_counts_together() -> None:
    """A dear image may take what those before it left; when nothing is left it is refused."""
    decoder = FakeDecoder(seconds=0.6 * MOST_SECONDS)
    found = _prepared(decoder, "dear 1", "dear 1", "dear 1")
    assert [type(one) for one in found] == [ModelInput, ModelInput, TooLarge]
    assert decoder.allowed == pytest.approx([MOST_SECONDS, 0.4 * MOST_SECONDS])


def test_a_long_list_leaves_room_for_others() -> None:
    """Few of its images are decoded at once."""
    decoder = FakeDecoder()
    _prepared(decoder, *["1"] * 50)
    assert decoder.most_at_once == 2
