"""
Labels by people for images with low classifier confidence.

Images are not stored, so a person finds the customer's file by its digest; the features are stored, and the
classifier's second opinion is trained on them.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import select

from svgai.describe.features import FEATURE_NAMES
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS
from svgai.whole_files import written_beside

UNSURE = 0.6
"""Images below this confidence are listed; the metrics count them as low, too."""

_COLUMNS = ("image_sha256", "type", "guess", "confidence")


def write_unsure(database: QualityDatabase, out: Path, most: int = 500) -> int:
    """
    List the images with the lowest classifier confidence, with an empty `type` to fill in; returns their number.

    Raises:
        QualityStoreFault: the database does not answer.
        OSError: the file cannot be written.
    """
    images = _images(database)
    unsure = sorted((row for row in images.values() if (row.confidence or 1) < UNSURE), key=lambda row: row.confidence)
    with written_beside(out) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows((row.image_sha256, "", row.logo_type, f"{row.confidence:.3f}") for row in unsure[:most])
    return len(unsure[:most])


def labelled_features(database: QualityDatabase, labels: Path) -> pd.DataFrame:
    """
    The features of labelled images as rows of the table of measured logos: brand, image, kind, the features.

    Lines without a type are skipped.

    Raises:
        DatasetFault: the file is not a label file, or none of its images is in the store.
        QualityStoreFault: the database does not answer.
    """
    try:
        table = pd.read_csv(labels, dtype=str, usecols=["image_sha256", "type"]).dropna()
    except (OSError, ValueError) as fault:
        raise DatasetFault(f"{labels} is no CSV file of labels, with image_sha256 and type: {fault}") from fault
    if unknown := sorted(set(table["type"]) - set(LOGO_TYPES)):
        raise DatasetFault(f"{labels} has unknown types: {', '.join(unknown)}; there are {', '.join(LOGO_TYPES)}")
    images = _images(database)
    rows = [
        {"brand": digest, "image": f"served/{digest}", "kind": kind, **_features(images[digest])}
        for digest, kind in table.itertuples(index=False)
        if digest in images
    ]
    if not rows:
        raise DatasetFault(f"the quality store has none of the labelled images of {labels}")
    return pd.DataFrame(rows)


def _images(database: QualityDatabase) -> Mapping[str, Any]:
    """By digest the latest stored row of each image that the models saw."""
    columns = (CONVERSIONS.c.image_sha256, CONVERSIONS.c.logo_type, CONVERSIONS.c.confidence, CONVERSIONS.c.features)
    asked = select(*columns).where(CONVERSIONS.c.features.is_not(None)).order_by(CONVERSIONS.c.created_at)
    with database.reading() as connection:
        rows = connection.execute(asked).all()
    return {row.image_sha256: row for row in rows if len(row.features) == len(FEATURE_NAMES)}


def _features(row: Any) -> dict[str, float]:
    return dict(zip(FEATURE_NAMES, row.features, strict=True))
