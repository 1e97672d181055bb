"""The table of measured tracings: one row an image and tracing, as parameter_search gives it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from svgai.errors import DatasetFault
from svgai.trace.parameters import TracingParameters


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """
    Some columns of a table in a Parquet file, or all.

    Raises:
        DatasetFault: there is no such file, or it holds no such table.
    """
    try:
        return pd.read_parquet(path, columns=list(columns) if columns else None)
    except (OSError, ValueError) as fault:
        raise DatasetFault(f"{path} is not a readable table of measured tracings: {fault}") from fault


def tracing_of(text: str) -> TracingParameters:
    """
    The tracing that a table identifies by its JSON.

    Raises:
        DatasetFault: this version has no such tracing.
    """
    try:
        return TracingParameters.model_validate_json(text)
    except ValueError as fault:
        raise DatasetFault(
            "the table of measured tracings is of another version; make it anew with: svgai search"
        ) from fault


def wholly_measured(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Which rows (n,) are of images that all tracings were measured on, except those left out.

    The other images were measured with a quarter of the tracings: a missing row says nothing about the tracing. An
    image for which half of the tracings or more were left out counts as one of them: the table does not distinguish the
    two.
    """
    tracings = table.groupby("image")["tracing"].transform("nunique")
    whole = np.asarray(tracings > table["tracing"].nunique() / 2)
    # However often an image was served, its tracings were not chosen at random.
    return whole & ~served(table)


def served(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows (n,) were measured in the service: those with a conversion's id."""
    if "conversion_id" not in table.columns:
        return np.zeros(len(table), np.bool_)
    return np.asarray(table["conversion_id"] != "")
