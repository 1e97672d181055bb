"""The images of one request to the models' inputs, within the limits of one request."""

import asyncio
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

from svgai.errors import InvalidImage, SvgAiError, TooLarge
from svgai.model_files.model_pair import ModelInput
from svgai.serve.decoding.decode_pool import MOST_SECONDS
from svgai.serve.decoding.messages import Seen

_AT_ONCE = 2
"""Images of one list that are decoded at once, so that other requests get their turn."""

_LEAST_SECONDS = 0.05

_UNKNOWN = InvalidImage("the image cannot be decoded")


class Decoder(Protocol):
    """Decodes images elsewhere; see DecodePool."""

    async def see(self, image: str | bytes) -> Seen: ...

    async def see_dear(self, image: str | bytes, seconds: float) -> Seen: ...


async def prepare_one(image: str | bytes, decoder: Decoder) -> ModelInput | SvgAiError:
    """
    The models' input for the only image of a request, or the fault that rejects it.

    Raises:
        Overloaded, NotReady: it cannot be decoded now.
    """
    seen = await decoder.see(image)
    if seen.is_dear:
        seen = await decoder.see_dear(image, MOST_SECONDS)
    return seen.input or seen.fault or _UNKNOWN


async def prepare_list(
    images: Sequence[str | bytes], decoder: Decoder, max_pixels: int, taken: int = 0
) -> list[ModelInput | SvgAiError]:
    """
    The models' inputs for each image of a list, or the fault that rejects it alone, in order.

    All images of a request together may have `max_pixels`, of which others of it have `taken` so many, and take
    MOST_SECONDS of processor time in the slow lane; images beyond that are rejected.
    """
    seen = await _all_seen(images, decoder)
    totals = list(accumulate((one.pixels for one in seen), initial=taken))[1:]
    left_s = MOST_SECONDS
    results: list[ModelInput | SvgAiError] = []
    for image, one, total in zip(images, seen, totals, strict=True):
        if one.fault is None and total > max_pixels:
            text = f"the images of this request have more than {max_pixels:,} pixels together; send fewer at once"
            results.append(TooLarge(text))
            continue
        found = one
        if one.is_dear:
            found, left_s = await _dear(image, decoder, left_s)
        results.append(found.input or found.fault or _UNKNOWN)
    return results


async def _all_seen(images: Sequence[str | bytes], decoder: Decoder) -> list[Seen]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(image: str | bytes) -> Seen:
        async with turns:
            return await _seen(image, decoder)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(image)) for image in images]
    return [task.result() for task in tasks]


async def _seen(image: str | bytes, decoder: Decoder) -> Seen:
    try:
        return await decoder.see(image)
    except SvgAiError as fault:
        return Seen(fault=fault)


async def _dear(image: str | bytes, decoder: Decoder, left_s: float) -> tuple[Seen, float]:
    if left_s < _LEAST_SECONDS:
        text = f"the images of this request take more than {MOST_SECONDS:g} s of processor time to decode"
        return Seen(fault=TooLarge(f"{text}; send fewer at once")), left_s
    try:
        found = await decoder.see_dear(image, left_s)
    except SvgAiError as fault:
        return Seen(fault=fault), left_s
    return found, left_s - found.seconds
