"""Which images all tracings were measured on."""

import pandas as pd

from training.search.tracing_table import wholly_measured


def test_an_image_with_a_quarter_of_the_tracings_is_no_whole_one() -> None:
    """One with a tracing that failed is."""
    measured = {"whole": (1, 2, 3, 4), "one failed": (1, 2, 4), "a quarter": (3,)}
    table = pd.DataFrame([(image, number) for image, tracings in measured.items() for number in tracings])
    table.columns = ["image", "tracing"]
    assert list(wholly_measured(table)) == [True] * 7 + [False]
