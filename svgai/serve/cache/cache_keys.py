"""What makes two conversions equal: the image's bytes, the options, and everything that computes."""

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
        options: with everything resolved that a client left out.
        models: names the models' contents.
        code: names the code, and the libraries that it computes with.
    """
    asked = _OPTIONS.dump_json(_normalised(options))
    parts = (image_sha256.encode(), asked, models.encode(), code.encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _normalised(options: ConversionOptions) -> ConversionOptions:
    """The same for options that give the same."""
    return replace(
        options,
        background=_colour(options.background),
        monochrome=options.monochrome and _colour(options.monochrome),
        max_trials=1 if options.parameters else options.max_trials,
        time_limit_s=0,  # what a limit of time has ended is not kept, so what is kept is the same under any
    )


def _colour(text: str) -> str:
    return long_form(text) if text.startswith("#") else text
