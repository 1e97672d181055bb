"""
Other tracers on the image enlarged four times by Lanczos, which gives their best results.

VTracer with its defaults takes any image, potrace (Selinger 2003, Potrace: a polygon-based tracing algorithm) those of
one colour. Their results are scaled back to the size of the image.
"""

import cv2
import numpy as np

from evaluation.judge.outside_programs import output_of
from evaluation.methods.one_colour import OneColour
from svgai.array_types import Pixels
from svgai.decode.pixels import resize
from svgai.errors import TracingFailed
from svgai.trace.vtracer.shapes import trace_with_defaults

ENLARGED = 4
_POINTS_PER_INCH = 72
_OPAQUE_FROM = 128


def trace_enlarged(rgba: Pixels) -> str:
    """
    VTracer's defaults on the enlarged image.

    Pixels with alpha of a half or more count as opaque, the rest as transparent. VTracer treats every pixel that is not
    fully transparent as opaque, so that soft edges, and Lanczos ringing beside them, would make every shape four pixels
    thicker.

    Raises:
        TracingFailed: VTracer failed on it, or its output has an unexpected form.
    """
    height, width = rgba.shape[:2]
    large_width, large_height = width * ENLARGED, height * ENLARGED
    enlarged = resize(rgba, large_width, large_height)
    hard = np.where(enlarged[..., 3] >= _OPAQUE_FROM, np.uint8(255), np.uint8(0))
    svg = trace_with_defaults(np.dstack([enlarged[..., :3], hard]))
    head, opened, paths = svg.partition(f' width="{large_width}" height="{large_height}">')
    box = f'viewBox="0 0 {large_width} {large_height}"'
    if not opened or box not in head:
        raise TracingFailed("VTracer's SVG does not begin as it should")
    head = head.replace(box, f'viewBox="0 0 {width} {height}"')
    paths = paths.replace("</svg>", "</g>\n</svg>")
    return f'{head} width="{width}" height="{height}">\n<g transform="scale({1 / ENLARGED:g})">{paths}'


def potrace_enlarged(found: OneColour, potrace: str) -> str:
    """
    Potrace's SVG, with its defaults, of the pixels with more than half ink on the enlarged image.

    `potrace` is the path of the program.

    Raises:
        ProgramFailed: it failed.
    """
    height, width = found.coverage.shape
    size = width * ENLARGED, height * ENLARGED
    black = cv2.resize(found.coverage, size, interpolation=cv2.INTER_LANCZOS4) > 0.5
    bitmap = f"P4\n{size[0]} {size[1]}\n".encode() + np.packbits(black, axis=1).tobytes()
    scale = ("--resolution", str(ENLARGED * _POINTS_PER_INCH))  # so that a point is a pixel of the image
    svg = output_of([potrace, "--svg", *scale, "--color", _hex(found.ink), "--output", "-", "-"], bitmap)
    if found.ground is None or (found.ground == 255).all():
        return svg
    return svg.replace("<g ", f'<path fill="{_hex(found.ground)}" d="M0 0h{width}v{height}H0z"/>\n<g ', 1)


def _hex(colour: Pixels) -> str:
    return "#" + "".join(f"{level:02x}" for level in colour)
