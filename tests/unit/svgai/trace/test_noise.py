"""What is noise and what is not, and pictures without it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.decode.pixels import resize
from svgai.measure.quality import ssim_between
from svgai.trace.noise import denoised, is_noisy
from tests.inputs.noisy_pictures import NOISY, cartoon, grainy
from tests.inputs.tracing_inputs import BLACK, RED, WHITE, disc, opaque, painted, round_shares


def ramp(steepness: float) -> Pixels:
    """Levels that rise by so many a pixel along a slanted line, three times over."""
    y, x = np.mgrid[:120, :120]
    return opaque(np.repeat(((x + y / 2) * steepness % 256).astype(np.uint8)[..., None], 3, axis=2))


def glow() -> Pixels:
    y, x = np.mgrid[:160, :160]
    level = 255 * np.exp(-((x - 80) ** 2 + (y - 70) ** 2) / 1800)
    return opaque(np.stack([level, level / 2, 255 - level], axis=2).astype(np.uint8))


DRAWN = {
    "cartoon": opaque(cartoon()),
    "disc": opaque(disc(64, 21, RED, WHITE)),
    "on clear ground": painted(round_shares(64, 20), "clear"),
    "enlarged": resize(opaque(disc(40, 12, RED, WHITE)), 160, 160),
    "blank": opaque(np.full((90, 90, 3), 200, np.uint8)),
    "slow ramp": ramp(0.3),
    "ramp": ramp(1.7),
    "glow": glow(),
}


@pytest.mark.parametrize("name", NOISY)
def test_noise_is_seen(name: str) -> None:
    assert is_noisy(NOISY[name])


@pytest.mark.parametrize("name", DRAWN)
def test_drawings_and_gradients_are_not_noisy(name: str) -> None:
    assert not is_noisy(DRAWN[name])


def test_noise_beneath_clear_pixels_is_none() -> None:
    """Nobody sees it."""
    rgba = painted(round_shares(64, 20), "clear")
    hidden = rgba[..., 3] == 0
    rgba[hidden, :3] = np.random.default_rng(0).integers(0, 256, (int(hidden.sum()), 3))
    assert not is_noisy(rgba)


def test_of_a_tiny_picture_nothing_is_said() -> None:
    """Each pixel of it may be meant."""
    assert not is_noisy(grainy(np.full((12, 12, 3), 120, np.uint8), 6))


@pytest.mark.parametrize("name", NOISY)
def test_without_noise_a_picture_is_nearer_to_what_was_drawn(name: str) -> None:
    clean = cartoon()
    before = ssim_between(clean, NOISY[name][..., :3])
    after = ssim_between(clean, np.ascontiguousarray(denoised(NOISY[name])[..., :3]))
    assert 1 - after < (1 - before) / 2


def test_black_and_white_stay_so() -> None:
    """Noise about them is cut off on one side, which moves its average."""
    drawn = disc(64, 21, BLACK, WHITE)
    calm = denoised(grainy(drawn, 6))[..., :3]
    assert (calm[26:38, 26:38] == 0).all()
    assert (calm[:8] == 255).all()


@pytest.mark.slow
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_size_and_alpha_stay(height: int, width: int, seed: int) -> None:
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    assert isinstance(is_noisy(rgba), bool)
    calm = denoised(rgba)
    assert calm.shape == rgba.shape
    assert np.array_equal(calm[..., 3], rgba[..., 3])
