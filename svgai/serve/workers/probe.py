"""A conversion of a small built-in image, by which the service sees that its processes answer."""

from svgai.convert.conversion import Conversion, ConversionOptions
from svgai.decode.pixels import encode_png
from svgai.logo_types import LOGO_TYPES
from svgai.serve.decoding.decode_pool import DecodePool
from svgai.serve.loaded_models import probe_pixels
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image


async def probe(pool: ConversionPool) -> Conversion:
    """Convert it in one trial."""
    return await pool.run(convert_image, *probe_task())


async def warm_up(pool: ConversionPool, decoder: DecodePool) -> None:
    """
    See that the processes answer.

    Raises:
        SvgAiError: they do not.
    """
    await probe(pool)
    image, _ = probe_task()
    await decoder.check(image)


def probe_task() -> tuple[bytes, ConversionOptions]:
    """What `convert_image` is asked for."""
    return encode_png(probe_pixels()), ConversionOptions(targets=dict.fromkeys(LOGO_TYPES, 0.9), max_trials=1)
