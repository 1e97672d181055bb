"""
Uses the slimmed packages as the service does, during the image build: a failure ends the build.

Python stores the bytecode of modules imported here, and the image needs no other.
"""

import io
from importlib import import_module

BEGINNINGS = (
    "svgai.serve.worker_life.lean_imports",
    "bentoml_cli.cli",
    "_bentoml_impl.worker.service",
    "service",
    "svgai.serve.composition",
)
"""Entry modules of the service's processes, in order of their start."""


def prove() -> None:
    """Import everything, then read each format and its colour profile, run the models, and convert an image."""
    for module in BEGINNINGS:
        import_module(module)

    from PIL import Image  # noqa: PLC0415 - the order of the imports above is the service's own

    from svgai.convert.conversion import ConversionOptions, convert  # noqa: PLC0415
    from svgai.decode.colour.colour_profiles import to_srgb  # noqa: PLC0415
    from svgai.decode.colour.simple_profiles import SRGB_PRIMARIES, Curve, rgb_profile  # noqa: PLC0415
    from svgai.decode.image_files import decode_image  # noqa: PLC0415
    from svgai.decode.image_formats import FORMATS  # noqa: PLC0415
    from svgai.logo_types import LOGO_TYPES  # noqa: PLC0415
    from svgai.model_files.model_pair import model_input  # noqa: PLC0415
    from svgai.serve.loaded_models import probe_pixels  # noqa: PLC0415

    # The linear curve changes every grey, so that a missing littleCMS is detected.
    wide = rgb_profile(SRGB_PRIMARIES, Curve(1))
    if to_srgb(Image.new("RGB", (1, 1), (128, 128, 128)), wide).getpixel((0, 0)) == (128, 128, 128):
        raise RuntimeError("colour profiles are not applied")
    for name in FORMATS:
        file = io.BytesIO()
        Image.fromarray(probe_pixels()).convert("RGB").save(file, name, icc_profile=wide)
        model_input(decode_image(file.getvalue(), max_bytes=10**6, max_pixels=10**6).rgba)
    convert(probe_pixels(), None, ConversionOptions(dict.fromkeys(LOGO_TYPES, 0.9)))


if __name__ == "__main__":
    prove()
