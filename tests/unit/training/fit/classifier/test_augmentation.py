"""Random changes that leave a logo's type alone."""

import torch

from training.fit.classifier.augmentation import augment


def pictures(count: int = 8, side: int = 32) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8, generator=generator)


def test_pictures_keep_their_form_and_range() -> None:
    """The same shape, floating point, levels between 0 and 255, the source untouched."""
    source = pictures()
    kept = source.clone()
    changed = augment(source, torch.Generator().manual_seed(1))
    assert changed.shape == source.shape
    assert changed.dtype == torch.float32
    assert 0 <= float(changed.min()) <= float(changed.max()) <= 255
    assert torch.equal(source, kept)


def test_the_seed_decides() -> None:
    """One seed, one result; each call and each picture of a batch is changed on its own."""
    same = pictures(1).expand(4, -1, -1, -1).contiguous()
    generator = torch.Generator().manual_seed(1)
    first, second = augment(same, generator), augment(same, generator)
    assert torch.equal(first, augment(same, torch.Generator().manual_seed(1)))
    assert not torch.equal(first, second)
    assert not torch.equal(first[0], first[1])


def test_grey_stays_grey() -> None:
    """Colours are shuffled, not invented: what had no hue has none after."""
    grey = torch.full((16, 3, 32, 32), 180, dtype=torch.uint8)
    means = augment(grey, torch.Generator().manual_seed(2)).mean(dim=(2, 3))
    assert float((means.amax(dim=1) - means.amin(dim=1)).max()) < 2


def test_colours_change_places() -> None:
    """A red picture turns green or blue at times: a hue says nothing of the type."""
    red = torch.zeros(64, 3, 16, 16, dtype=torch.uint8)
    red[:, 0] = 200
    strongest = augment(red, torch.Generator().manual_seed(3)).mean(dim=(2, 3)).argmax(dim=1)
    assert set(strongest.tolist()) == {0, 1, 2}
