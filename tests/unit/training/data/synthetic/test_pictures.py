"""Generated pictures that are no logos."""

import numpy as np
import pytest

from training.data.synthetic.pictures import generate_picture


@pytest.mark.slow
def test_a_seed_gives_one_opaque_picture() -> None:
    """The same at every call, another one for another seed, in the sizes of generated logos."""
    pictures = [generate_picture(seed) for seed in range(16)]
    assert np.array_equal(pictures[3], generate_picture(3))
    assert len({picture.tobytes() for picture in pictures}) == 16
    for picture in pictures:
        assert picture.dtype == np.uint8
        assert picture.shape[2] == 4
        assert int(picture[..., 3].min()) == 255
        assert 64 <= max(picture.shape[:2]) <= 512
