"""What VTracer's defaults make of an image: the way of a request, its bounds, and that it is VTracer's own."""

import asyncio
import base64
from importlib.metadata import version
from typing import cast

import numpy as np
import pytest
import vtracer

from svgai.api.schemas.image_forms import DefaultForm
from svgai.decode.image_files import decode_image
from svgai.decode.limits import ImageLimits
from svgai.decode.pixels import encode_png
from svgai.errors import InvalidImage, InvalidRequest, TooLarge
from svgai.serve.default_tracings import DefaultTracings
from svgai.serve.workers import conversion_worker
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import DefaultTracing, set_up, trace_default
from tests.fakes.serving_fakes import InlinePool, png


async def accept(data: bytes) -> None:
    assert data


def tracings(pool: InlinePool) -> DefaultTracings:
    return DefaultTracings(lambda: cast("ConversionPool", pool), check=accept, measured_side=512)


def test_it_is_what_vtracer_writes_itself() -> None:
    """Byte for byte but for the viewBox, by a configuration of which nothing is set."""
    set_up({}, ImageLimits(100_000, 100_000), 1)
    rgba = decode_image(png()).rgba
    own = vtracer.Config().convert_pixels(np.ascontiguousarray(rgba).tobytes(), rgba.shape[1], rgba.shape[0])
    traced = trace_default(png(), "keep", 2048)
    size = f'viewBox="0 0 {rgba.shape[1]} {rgba.shape[0]}" '
    assert traced.svg.replace(size, "") == own
    assert 0 < traced.quality.ssim <= 1
    assert traced.quality.bytes == len(traced.svg)
    assert traced.measured_px == max(rgba.shape[:2])


def test_the_request_goes_through_the_pool() -> None:
    """With what was asked for; the answer has the figures and VTracer's version."""
    set_up({}, ImageLimits(100_000, 100_000), 1)
    pool = InlinePool(lambda function, *given: function(*given))
    form = DefaultForm(image=base64.b64encode(png()).decode(), background="#fff")
    answer = asyncio.run(tracings(pool).trace(form))
    assert pool.calls == [(trace_default, png(), "#fff", 512)]
    assert answer.svg == trace_default(png(), "#fff", 512).svg
    assert answer.quality.bytes == len(answer.svg)
    assert answer.vtracer_version == version("vtracer")


def test_a_wrong_image_takes_no_place_in_the_pool() -> None:
    """It is refused before."""

    async def refuse(data: bytes) -> None:
        raise InvalidImage(f"checked: {data!r}")

    def unused(*_: object) -> DefaultTracing:
        raise AssertionError("the pool was asked")

    service = DefaultTracings(lambda: cast("ConversionPool", InlinePool(unused)), check=refuse, measured_side=512)
    with pytest.raises(InvalidImage, match="checked"):
        asyncio.run(service.trace(DefaultForm(image="eHl6")))
    with pytest.raises(InvalidRequest):
        asyncio.run(tracings(InlinePool(unused)).trace(DefaultForm(image="no base64!")))


@pytest.mark.slow
def test_too_many_bytes_are_refused() -> None:
    """Squares of random colours give more than anybody wants to compare with."""
    set_up({}, ImageLimits(10_000_000, 10_000_000), 1)
    noise = np.random.default_rng(1).integers(0, 256, (130, 130, 4), np.uint8).repeat(5, 0).repeat(5, 1)
    noise[..., 3] = 255
    with pytest.raises(TooLarge, match=f"{conversion_worker.MOST_DEFAULT_BYTES:,}"):
        trace_default(encode_png(noise), "keep", 2048)
