"""Colours as brands choose them: few, saturated, blue and black before all others."""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

WHITE = "#ffffff"

_BRAND = (  # noqa: SIM905 -- words read better as a line
    "#0052cc #0061ff #1a73e8 #0078d4 #2684ff #00a4ef #1da1f2 #29b6f6 #00aeef #0a66c2 #003087 #1c3f94 #3b5998 #4285f4 "
    "#5865f2 #635bff #6d28d9 #7f54b3 #9146ff #a259ff #e10098 #e1306c #ff0066 #ea4c89 #d62828 #e50914 #ff0000 #ff3e00 "
    "#e34f26 #ff5a5f #f05032 #ff6a00 #f7931e #ff9900 #ffb900 #fbbc05 #f7df1e #ffcc00 #a4c639 #6cc24a #3ecf8e #1db954 "
    "#00c853 #2e7d32 #34a853 #00796b #009688 #00bfa5 #17c3b2 #13aa52 #c2185b #8e24aa #4a154b #c0392b #cc6699 #e8a33d"
).split()
_INKS = ("#000000", "#000000", "#111111", "#1a1a2e", "#0f172a", "#222222", "#24292e", "#333333", "#172b4d", "#231f20")
_GREYS = ("#4a4a4a", "#5f6368", "#6b7280", "#777777", "#8c8c8c", "#a0a4a8", "#b3b3b3", "#cfd3d8")


def brand(rng: Random) -> str:
    """One saturated brand colour."""
    colour = rng.choice(_BRAND)
    return shifted(colour, hue=rng.uniform(-0.03, 0.03), light=rng.uniform(-0.04, 0.04))


def ink(rng: Random) -> str:
    """Near black, as most lettering is."""
    return rng.choice(_INKS)


def grey(rng: Random) -> str:
    """A neutral grey."""
    return rng.choice(_GREYS)


def shifted(colour: str, hue: float = 0.0, light: float = 0.0, saturation: float = 0.0) -> str:
    """The colour with hue (turns), lightness and saturation (0-1) moved."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    h, lum, sat = colorsys.rgb_to_hls(red, green, blue)
    rgb = colorsys.hls_to_rgb((h + hue) % 1.0, _unit(lum + light), _unit(sat + saturation))
    return "#" + "".join(f"{round(value * 255):02x}" for value in rgb)


def luminance(colour: str) -> float:
    """Perceived brightness, 0 black to 1 white."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@dataclass(frozen=True)
class Palette:
    """Colours of one mark, the main one first, and the ink that goes with it."""

    colours: tuple[str, ...]
    ink: str

    @property
    def main(self) -> str:
        return self.colours[0]

    def pick(self, rng: Random) -> str:
        """Any of the colours."""
        return rng.choice(self.colours)

    def at(self, index: int) -> str:
        """The colours in turn."""
        return self.colours[index % len(self.colours)]


def flat_palette(rng: Random, most: int = 4) -> Palette:
    """One to `most` colours in the schemes that flat marks use."""
    main = brand(rng)
    scheme = rng.choices(
        ("ink", "single", "shades", "accent", "neighbours", "many", "grey"), (18, 31, 16, 12, 9, 11, 3)
    )[0]
    dark = ink(rng)
    colours: Sequence[str]
    if scheme == "ink":
        colours = (dark,)
    elif scheme == "single":
        colours = (main,)
    elif scheme == "shades":
        step = rng.choice((-1, 1)) * rng.uniform(0.08, 0.2)
        colours = [shifted(main, light=step * k) for k in range(rng.randint(2, 4))]
    elif scheme == "accent":
        colours = (dark, main) if rng.random() < 0.5 else (main, dark)
    elif scheme == "neighbours":
        step = rng.choice((-1, 1)) * rng.uniform(0.04, 0.12)
        colours = [shifted(main, hue=step * k) for k in range(rng.randint(2, 4))]
    elif scheme == "many":
        colours = [brand(rng) for _ in range(rng.randint(2, 4))]
    else:
        colours = (grey(rng), main)
    return Palette(tuple(colours[:most]), dark if rng.random() < 0.7 else main)


def rich_palette(rng: Random) -> Palette:
    """Five to eight colours for illustrations: a few hues, each in lights and darks."""
    mode = rng.random()
    dark = ink(rng)
    if mode < 0.15:
        base = rng.choice((dark, grey(rng), brand(rng)))
        colours = [shifted(base, light=step) for step in (0.0, 0.15, 0.3, 0.45, 0.6)]
    elif mode < 0.45:
        main = brand(rng)
        accent = brand(rng)
        colours = [main, shifted(main, light=0.15), shifted(main, light=-0.15), shifted(main, light=0.3), accent]
        colours.append(shifted(accent, light=0.2))
    else:
        hues = [brand(rng) for _ in range(rng.randint(3, 5))]
        colours = [shade for hue in hues for shade in (hue, shifted(hue, light=rng.choice((-0.18, 0.18, 0.3))))]
        if rng.random() < 0.5:
            colours = [shifted(colour, saturation=-0.3, light=0.05) for colour in colours]
    if rng.random() < 0.4:
        colours.append(WHITE)
    rng.shuffle(colours)
    return Palette(tuple(colours), dark)


def skin(rng: Random) -> str:
    """A tone for faces and animals."""
    tones = (
        "#f6c9a0",
        "#e8a87c",
        "#c68642",
        "#8d5524",
        "#fce0c8",
        "#ffdd57",
        "#9b9b9b",
        "#f2f2f2",
        "#ff8c42",
        "#b5651d",
    )
    return rng.choice((*tones, brand(rng), brand(rng)))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))
