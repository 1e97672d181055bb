"""Seeded pictures of what is on screens: windows with a title, panels, lines of text, buttons and small pictures."""

from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from svgai.array_types import Pixels

_GROUNDS = ((255, 255, 255), (246, 247, 249), (30, 32, 36), (248, 244, 236))
_ACCENTS = ((38, 110, 220), (210, 70, 60), (40, 150, 90), (130, 80, 200), (230, 150, 30))
_WORDS = ("open", "save", "total", "name", "page", "invoice", "status", "last month", "user", "report", "draft", "view")


def generate_screenshot(seed: int) -> Pixels:
    """The picture of a seed, (H, W, 4) uint8, opaque, its longest side 128 to 224 px."""
    rng = Random(f"screenshot:{seed}")
    width = rng.randint(128, 224)
    height = round(width * rng.choice((0.56, 0.62, 0.75, 1.0)))
    ground, accent = rng.choice(_GROUNDS), rng.choice(_ACCENTS)
    ink = (235, 235, 235) if sum(ground) < 300 else (40, 44, 52)
    image = Image.new("RGB", (width, height), ground)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(rng.choice((8, 9, 10)))
    bar = rng.randint(12, 18)
    pen.rectangle(
        (0, 0, width, bar), fill=tuple((3 * part + other) // 4 for part, other in zip(ground, ink, strict=True))
    )
    for place in range(3):
        pen.ellipse((4 + 9 * place, bar / 2 - 3, 10 + 9 * place, bar / 2 + 3), fill=_ACCENTS[place])
    side = rng.choice((0, width // 4))
    if side:
        pen.rectangle((0, bar, side, height), fill=tuple((9 * part + 255 - part) // 10 for part in ground))
    top, line = bar + 6, 12
    while top + line < height - 4:
        what = rng.random()
        if what < 0.65:
            words = " ".join(rng.choices(_WORDS, k=rng.randint(1, 5)))
            pen.text((side + 6, top), words, fill=ink, font=font)
        elif what < 0.85:
            pen.rounded_rectangle((side + 6, top, side + 6 + rng.randint(24, 50), top + 11), 3, fill=accent)
        else:
            bars = [rng.randint(2, 10) for _ in range(rng.randint(4, 9))]
            for place, tall in enumerate(bars):
                pen.rectangle((side + 6 + 7 * place, top + 11 - tall, side + 10 + 7 * place, top + 11), fill=accent)
        top += line + rng.randint(0, 6)
    return np.dstack([np.asarray(image), np.full((height, width), 255, np.uint8)])
