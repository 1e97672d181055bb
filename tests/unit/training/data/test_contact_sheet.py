"""The picture of many samples."""

import io

import numpy as np
import pytest
from PIL import Image

from svgai.logo_types import LogoType
from training.data.contact_sheet import contact_sheet
from training.data.datasets import Sample


def _sample(name: str, kind: LogoType | None, colour: tuple[int, int, int]) -> Sample:
    file = io.BytesIO()
    Image.new("RGB", (60, 30), colour).save(file, "PNG")
    return Sample(name, kind, name, file.getvalue())


def test_every_type_is_on_the_sheet() -> None:
    """A colour of each type's sample, and of an unlabelled one, is found on the sheet, in the order of the types."""
    samples = [
        _sample("c", None, (0, 0, 200)),
        _sample("b", "complex", (0, 200, 0)),
        _sample("a", "simple", (200, 0, 0)),
    ]
    pixels = np.asarray(contact_sheet(samples, columns=2))
    tops = [np.nonzero((pixels == colour).all(axis=2))[0].min() for colour in ((200, 0, 0), (0, 200, 0), (0, 0, 200))]
    assert tops == sorted(tops)


def test_sheet_grows_by_rows_up_to_a_limit() -> None:
    """More samples than fit into the rows of a type do not make the sheet longer."""
    many = [_sample(str(k), "text", (k, 0, 0)) for k in range(9)]
    assert contact_sheet(many, columns=2, rows_per_kind=2).size == contact_sheet(many[:4], columns=2).size


def test_empty_sheet_is_refused() -> None:
    """Nothing to show is a fault of the caller."""
    with pytest.raises(ValueError, match="samples"):
        contact_sheet([])
