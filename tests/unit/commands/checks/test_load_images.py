from pathlib import Path

from commands.checks.load_images import image_folder, png_images
from svgai.decode.image_files import decode_image


def drawings(count: int, first_seed: int = 1) -> dict[str, str]:
    """What a folder of generated logos holds."""
    with image_folder(None, count, first_seed) as folder:
        return {path.name: path.read_text() for path in folder.iterdir()}


def test_logos_are_generated_where_no_folder_is_given() -> None:
    """Each from a seed of its own; the same seeds give the same, and the folder is gone afterwards."""
    assert set(drawings(5)) == {f"{seed}.svg" for seed in range(1, 6)}
    assert drawings(2) == drawings(2)
    assert not set(drawings(2).values()) & set(drawings(2, first_seed=9).values())
    with image_folder(None, 1) as folder:
        pass
    assert not folder.exists()


def test_a_folder_that_is_given_is_taken_and_kept(tmp_path: Path) -> None:
    """Nothing is written to it."""
    with image_folder(tmp_path) as folder:
        assert folder == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_png_images_have_the_size_that_was_asked_for() -> None:
    """The longest side, and as many as were asked for."""
    images = [decode_image(data) for data in png_images(None, 3, side=48)]
    assert [max(image.width, image.height) for image in images] == [48, 48, 48]
