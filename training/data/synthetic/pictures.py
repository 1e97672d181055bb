"""Seeded pictures that are no logos, but are sent all the same: photographs, paintings, flat scenes up to the edges."""

import io
from random import Random

import numpy as np
from PIL import Image

from svgai.array_types import Pixels
from svgai.decode.image_files import decode_image
from training.data.synthetic.degradation import draw_degradation
from training.data.synthetic.photographs import painting, photograph, poster


def generate_picture(seed: int) -> Pixels:
    """
    The picture of a seed, (H, W, 4) uint8, opaque, mostly with the artefacts of JPEG.

    Sizes are those of generated logos, so that a size says nothing of the type.
    """
    rng = Random(f"picture:{seed}")
    longest, aspect = draw_degradation(rng).longest, rng.choice((1.0, 1.33, 1.5, 1.78, 0.75, 0.66))
    size = (longest, round(longest / aspect)) if aspect >= 1 else (round(longest * aspect), longest)
    maker = rng.choices((photograph, painting, poster), (56, 22, 22))[0]
    image = Image.fromarray(np.asarray(maker(rng, *size)))
    file = io.BytesIO()
    if rng.random() < 0.7:
        image.save(file, "JPEG", quality=rng.choice((60, 75, 85, 90, 95)))
    else:
        image.save(file, "PNG", compress_level=1)
    return decode_image(file.getvalue()).rgba
