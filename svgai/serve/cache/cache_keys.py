"""Cache keys: the image's bytes, the options, the models and the code."""

import hashlib
from dataclasses import replace

from pydantic import TypeAdapter

from svgai.convert.conversion import ConversionOptions
from svgai.convert.hex_colours import long_form

_OPTIONS = TypeAdapter(ConversionOptions)


def cache_key(image_sha256: str, options: ConversionOptions, models: str, code: str) -> str:
    """
    The key of a conversion, 64 hexadecimal digits.

    Args:
        image_sha256: of the file.
        options: with all defaults resolved.
        models: identifies the models' contents.
        code: identifies the code and its libraries.
    """
    asked = _OPTIONS.dump_json(_normalised(options))
    parts = (image_sha256.encode(), asked, models.encode(), code.encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _normalised(options: ConversionOptions) -> ConversionOptions:
    """Equal for options with equal results."""
    return replace(
        options,
        background=_colour(options.background),
        monochrome=options.monochrome and _colour(options.monochrome),
        max_trials=1 if options.parameters else options.max_trials,
        time_limit_s=0,  # conversions cut short by time are not cached, so the limit does not matter
    )


def _colour(text: str) -> str:
    return long_form(text) if text.startswith("#") else text
