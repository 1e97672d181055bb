"""Pictures without outlines: what a camera or a brush gives, made of noise, light and blur."""

from collections.abc import Callable
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from svgai.array_types import Pixels

Field = npt.NDArray[np.float32]
Scene = Callable[[Random, np.random.Generator, int, int], Field]


def photograph(rng: Random, width: int, height: int) -> Pixels:
    """A scene under uneven light, slightly out of focus, with grain: (height, width, 3)."""
    noise = np.random.default_rng(rng.getrandbits(64))
    picture = rng.choices(SCENES, _WEIGHTS)[0](rng, noise, width, height)
    light = 1 + rng.uniform(0.1, 0.5) * (cloud(noise, width, height, 2, 1) - 0.5)
    picture = picture * light[..., None]
    if rng.random() < 0.15:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    picture = (picture - 0.5) * rng.uniform(0.7, 1.25) + rng.uniform(0.38, 0.58)
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.6)), np.float32)
    grainy = picture + noise.normal(0, rng.uniform(0.002, 0.03), picture.shape)
    return np.asarray(np.clip(grainy * 255, 0, 255), np.uint8)


def painting(rng: Random, width: int, height: int) -> Pixels:
    """A scene in strokes of a brush, broad ones first, that follow its forms."""
    noise = np.random.default_rng(rng.getrandbits(64))
    scene = np.asarray(photograph(rng, width, height))
    scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), 2), np.uint8)
    canvas = np.asarray(cv2.GaussianBlur(scene, (0, 0), 6), np.uint8).copy()
    turns = 6 * cloud(noise, width, height, 3, 2)
    for breadth in (0.05, 0.03, 0.016):
        thick = max(1, round(breadth * min(width, height)))
        for _ in range(round(width * height / (5 * thick * thick))):
            x, y = rng.randrange(width), rng.randrange(height)
            reach = rng.uniform(1, 3) * thick
            step_x, step_y = reach * np.cos(turns[y, x]), reach * np.sin(turns[y, x])
            colour = np.clip(scene[y, x].astype(int) + rng.randint(-14, 14), 0, 255).tolist()
            cv2.line(canvas, (x, y), (round(x + step_x), round(y + step_y)), colour, thick, cv2.LINE_AA)
    weave = noise.normal(0, rng.uniform(1, 6), canvas.shape[:2])[..., None]
    return np.asarray(np.clip(canvas + weave, 0, 255), np.uint8)


def poster(rng: Random, width: int, height: int) -> Pixels:
    """A scene in a few flat colours up to the edges, as printed or drawn for the web."""
    scene = np.asarray(cv2.medianBlur(photograph(rng, width, height), rng.choice((5, 7, 9))), np.uint8)
    flat = Image.fromarray(scene).quantize(rng.randint(5, 16), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.asarray(flat.convert("RGB"), np.uint8)


def cloud(
    noise: np.random.Generator, width: int, height: int, coarsest: int, octaves: int, fall: float = 0.55
) -> Field:
    """Noise in 0-1 whose octaves begin with `coarsest` cells across, each finer one weaker by `fall`."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cells = coarsest * 2**octave
        grid = noise.random((max(2, round(cells * height / max(width, height))) + 1, cells + 1), np.float32)
        total += fall**octave * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / max(high - low, 1e-6), np.float32)


def _colour(rng: Random) -> Field:
    """A colour as surfaces have it: seldom vivid."""
    base = np.array([rng.random() for _ in range(3)], np.float32)
    return np.asarray(base.mean() + rng.uniform(0.15, 0.9) * (base - base.mean()), np.float32)


def _between(one: Field, other: Field, share: Field) -> Field:
    return np.asarray(one + (other - one) * share[..., None], np.float32)


def _landscape(rng: Random, noise: np.random.Generator, width: int, height: int) -> Field:
    """Sky with clouds above ridges that get darker and rougher towards the viewer."""
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None].repeat(width, axis=1)
    sky = np.array([rng.uniform(0.2, 0.8), rng.uniform(0.4, 0.8), rng.uniform(0.6, 1)], np.float32)
    picture = _between(sky, np.ones(3, np.float32) * rng.uniform(0.7, 1), down)
    if rng.random() < 0.6:
        haze = np.clip(cloud(noise, width, height, 4, 5) * 2 - rng.uniform(0.6, 1.2), 0, 1)
        picture = np.asarray(picture + (0.95 - picture) * haze[..., None], np.float32)
    ridges = rng.randint(1, 4)
    for ridge in range(ridges):
        line = rng.uniform(0.25, 0.55) + 0.4 * ridge / ridges
        crest = line - rng.uniform(0.05, 0.3) * (cloud(noise, width, 2, rng.choice((2, 4, 8)), 6)[0] - 0.3)
        ground = cloud(noise, width, height, rng.choice((6, 12, 24)), 5, rng.uniform(0.5, 0.9))
        near = (ridge + 1) / ridges
        surface = _between(_colour(rng) * (1 - 0.5 * near), _colour(rng), ground * rng.uniform(0.2, 0.9))
        picture = np.where((down > crest[None, :])[..., None], surface, picture)
    return picture


def _things(rng: Random, noise: np.random.Generator, width: int, height: int) -> Field:
    """Lit round and angular bodies with shadows before a blurred ground."""
    picture = _between(_colour(rng), _colour(rng), cloud(noise, width, height, rng.randint(2, 6), rng.randint(1, 5)))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(width, height)
    across, along = width / max(width, height), height / max(width, height)
    for _ in range(rng.randint(1, 9)):
        reach = rng.uniform(0.06, 0.35)
        cx, cy, lean = rng.uniform(0.1, 0.9) * across, rng.uniform(0.1, 0.9) * along, rng.uniform(0, 3.1)
        u = ((x - cx) * np.cos(lean) + (y - cy) * np.sin(lean)) / reach
        v = ((y - cy) * np.cos(lean) - (x - cx) * np.sin(lean)) / (reach * rng.uniform(0.4, 1))
        power = rng.choice((2, 2, 2, 4, 8))
        far = np.abs(u) ** power + np.abs(v) ** power + rng.uniform(0, 0.5) * (cloud(noise, width, height, 4, 4) - 0.5)
        inside = np.clip((1 - far) * rng.uniform(4, 30), 0, 1)
        shadow = np.clip(1.5 - np.hypot(u - 0.2, v - 0.4), 0, 1) * rng.uniform(0, 0.6)
        lit = np.clip(0.35 + 0.5 * np.sqrt(np.clip(1 - far, 0, 1)) - 0.4 * u * rng.choice((-1, 1)), 0, 1.4)
        skin = _between(_colour(rng), _colour(rng), cloud(noise, width, height, rng.choice((3, 9, 27)), 4))
        body = skin * lit[..., None] + (rng.uniform(0, 0.8) * np.clip(lit - 0.95, 0, 1))[..., None]
        picture = picture * (1 - shadow * (1 - inside))[..., None]
        picture = np.asarray(picture + (body - picture) * inside[..., None], np.float32)
    return picture


def _surface(rng: Random, noise: np.random.Generator, width: int, height: int) -> Field:
    """One material all over: grass, stone, cloth, bricks, skin under the microscope."""
    grain = cloud(noise, width, height, rng.choice((4, 10, 20, 40)), 5, rng.uniform(0.5, 1))
    picture = _between(_colour(rng), _colour(rng), np.clip((grain - 0.5) * rng.uniform(1, 3) + 0.5, 0, 1))
    if rng.random() < 0.3:
        rows, columns = rng.randint(4, 14), rng.randint(3, 9)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        row = np.floor(y * rows / height)
        joint = (np.mod(y * rows / height, 1) < 0.12) | (np.mod(x * columns / width + row / 2, 1) < 0.06)
        picture = np.where(joint[..., None], picture * rng.uniform(0.5, 0.8), picture)
    return picture


def _street(rng: Random, noise: np.random.Generator, width: int, height: int) -> Field:
    """Fronts of houses with rows of windows below a sky, textured and shaded."""
    picture = _landscape(rng, noise, width, height)
    left = 0
    while left < width:
        right = min(width, left + round(width * rng.uniform(0.1, 0.35)))
        top, foot = round(height * rng.uniform(0.05, 0.5)), round(height * rng.uniform(0.75, 1))
        wall = _between(_colour(rng), _colour(rng) * 0.8, cloud(noise, width, height, 16, 4) * 0.5)
        picture[top:foot, left:right] = wall[top:foot, left:right]
        glass = _colour(rng) * rng.uniform(0.2, 0.8)
        step_x, step_y = max(3, (right - left) // rng.randint(2, 6)), max(4, (foot - top) // rng.randint(3, 9))
        for y in range(top + step_y // 3, foot - step_y // 2, step_y):
            for x in range(left + step_x // 4, right - step_x // 2, step_x):
                picture[y : y + step_y // 2, x : x + step_x // 2] = glass * rng.uniform(0.7, 1.3)
        left = right + (round(width * rng.uniform(0, 0.2)) if rng.random() < 0.4 else 0)
    return picture


def _night(rng: Random, noise: np.random.Generator, width: int, height: int) -> Field:
    """Points and discs of light in the dark, with haze."""
    picture = _between(_colour(rng) * 0.1, _colour(rng) * rng.uniform(0.1, 0.5), cloud(noise, width, height, 3, 5))
    for _ in range(rng.randint(20, 160)):
        reach = 1 + round(rng.random() ** 6 * 0.06 * max(width, height))
        at = rng.randrange(width), rng.randrange(height)
        light = (_colour(rng) * 0.5 + 0.5) * rng.uniform(0.4, 1)
        cv2.circle(picture, at, reach, light.tolist(), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 2)), np.float32)


def _round_view(rng: Random, noise: np.random.Generator, width: int, height: int) -> Field:
    """A disc with its texture on black: a planet, an eye, what a microscope shows."""
    picture = _surface(rng, noise, width, height)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = rng.uniform(0.35, 0.55) * min(width, height)
    far = np.hypot(x - width * rng.uniform(0.4, 0.6), y - height * rng.uniform(0.4, 0.6)) / reach
    share = np.clip((1 - far) * rng.uniform(3, 40), 0, 1) * (1 - rng.uniform(0, 0.6) * np.clip(far, 0, 1) ** 3)
    return np.asarray(picture * share[..., None], np.float32)


SCENES: tuple[Scene, ...] = (_landscape, _things, _surface, _street, _night, _round_view)
_WEIGHTS = (25, 36, 12, 13, 9, 5)
