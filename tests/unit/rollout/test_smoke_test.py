from rollout.smoke_test import SIDE, pictures


def test_the_pictures_are_three_different_kinds() -> None:
    """Opaque and of one size; the gradient has many colours, the shapes few."""
    drawn = pictures()
    assert {picture.shape for picture in drawn.values()} == {(SIDE, SIDE, 4)}
    assert all((picture[..., 3] == 255).all() for picture in drawn.values())
    colours = {name: len({tuple(pixel) for pixel in picture.reshape(-1, 4)}) for name, picture in drawn.items()}
    assert colours["a gradient"] > 1000 > colours["shapes"] > 2
