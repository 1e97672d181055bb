"""Random changes of pictures that do not change a logo's type."""

import torch
from torch import Tensor
from torch.nn import functional


def augment(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """
    Change pictures (n, 3, side, side) uint8 at random: shift, zoom, stretch, mirror, colours, inversion and noise.

    Returns float32 in 0-255. Colour channels are shuffled, so that hues carry no information.
    """
    count, device = len(pixels), pixels.device

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(count, generator=generator, device=device) * (high - low) + low

    images = pixels.to(torch.float32)
    order = torch.rand(count, 3, generator=generator, device=device).argsort(dim=1)
    images = images.gather(1, order[:, :, None, None].expand_as(images))
    inverted = (uniform(0, 1) < 0.1)[:, None, None, None]
    images = torch.where(inverted, 255 - images, images)
    zoom = torch.exp(uniform(-0.25, 0.1))
    stretch = torch.exp(uniform(-0.12, 0.12))
    transform = torch.zeros(count, 2, 3, device=device)
    transform[:, 0, 0] = torch.where(uniform(0, 1) < 0.3, -1.0, 1.0) / (zoom * stretch)
    transform[:, 1, 1] = stretch / zoom
    transform[:, 0, 2] = uniform(-0.08, 0.08)
    transform[:, 1, 2] = uniform(-0.08, 0.08)
    grid = functional.affine_grid(transform, list(images.shape), align_corners=False)
    images = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
    contrast = uniform(0.8, 1.1)[:, None, None, None]
    noise = torch.randn(images.shape, generator=generator, device=device) * uniform(0, 4)[:, None, None, None]
    return ((images - 127.5) * contrast + 127.5 + noise).clamp(0, 255)
