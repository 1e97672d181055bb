"""The table of measured tracings: one row an image and tracing, as parameter_search gives it."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def wholly_measured(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Which rows (n,) are of images that all tracings were measured on, save those that were left out.

    The other images were measured with a quarter of the tracings: a missing row says nothing of the tracing. An image
    that half of the tracings or more were left out of counts as one of them: the table does not tell it from those.
    """
    tracings = table.groupby("image")["tracing"].transform("nunique")
    return np.asarray(tracings > table["tracing"].nunique() / 2)
