"""The program of a decode process: one image after the other, under limits enforced by the kernel."""

import io
import warnings

import cv2
import numpy as np
from PIL import Image

from svgai.decode.image_files import opened_image
from svgai.decode.image_formats import FORMATS
from svgai.decode.limits import ImageLimits
from svgai.decode.quick_check import check_image
from svgai.decode.shrinking import shrink_image
from svgai.describe.classifier import INPUT_SIDE
from svgai.errors import SvgAiError, TooLarge
from svgai.serve.decoding.image_data import CHEAP_PIXELS, image_bytes, see_image
from svgai.serve.decoding.messages import Question, Seen, answer, fine, read_question
from svgai.serve.processes.confinement import limit_process, processor_seconds, processor_time
from svgai.serve.processes.system_calls import allow_computing_alone
from svgai.serve.processes.working_process import Handler
from svgai.serve.worker_life.garbage_collection import return_free_memory

MEMORY_BYTES = 200_000_000
"""Address space that a process may take beyond its size before the first image."""

_NO_LIMITS = ImageLimits(10**9, 10**9)


def set_up(limits: ImageLimits) -> Handler:
    """Prepare this process; afterwards it cannot open files or start programs."""
    cv2.setNumThreads(1)
    Image.init()
    # Output of libraries must not reach our log.
    warnings.simplefilter("ignore")

    def handle(message: bytes) -> bytes:
        question, image, seconds = read_question(message)
        began = processor_seconds()
        with processor_time(seconds):
            try:
                data = image_bytes(image)
                if question == Question.CHECK:
                    check_image(data, limits)
                    return fine(processor_seconds() - began)
                pixels, seen = see_image(data, limits, CHEAP_PIXELS if question == Question.SEE_IF_CHEAP else None)
            except SvgAiError as fault:
                return answer(Seen(0, processor_seconds() - began, fault=fault))
            except (MemoryError, cv2.error):
                # Free the memory, and the exception that holds it, before allocating more.
                return answer(
                    Seen(0, processor_seconds() - began, fault=TooLarge("the image does not fit into memory"))
                )
        if pixels > CHEAP_PIXELS:
            return_free_memory()
        return answer(Seen(pixels, processor_seconds() - began, seen))

    _warm_up()
    return_free_memory()
    limit_process(MEMORY_BYTES)
    allow_computing_alone()
    return handle


def _warm_up() -> None:
    """Decode a picture of every format: modules that are imported lazily cannot be loaded afterwards."""
    pixels = np.full((64, 64, 3), 200, np.uint8)
    for name in FORMATS:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, name)
        see_image(file.getvalue(), _NO_LIMITS)
        with opened_image(file.getvalue(), max_bytes=_NO_LIMITS.max_bytes, max_pixels=_NO_LIMITS.max_pixels) as image:
            shrink_image(image, (INPUT_SIDE,))
