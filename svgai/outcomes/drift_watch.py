"""
Reads converted images from the quality database one by one, and compares them with a reference.

Rows are read in the order in which they were written, whenever their conversions were: a spool may hand them over days
later. Rows of a concurrent transaction become visible later than their time, so each read begins a little before the
end of the last one.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select, tuple_

from svgai.array_types import Doubles
from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import CONFIDENCE, TYPE, InputReference
from svgai.outcomes.input_drift import WINDOW, InputDrift
from svgai.outcomes.outcome import is_answer, now
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS

PERIOD = timedelta(days=30)
ROWS_AT_ONCE = 1_000
OVERLAP = timedelta(minutes=1)
"""Longer than any transaction that writes: WRITE_LIMIT_S."""

_REMEMBERED = 10_000
"""Number of recent images for which repetitions are detected."""

_COLUMNS = ("conversion_id", "written_at", "image_sha256", "features", "logo_type", "confidence")


class DriftWatch:
    """
    Continues from its last position. An image that is soon repeated counts once.

    Args:
        since: time of the first conversion; default: PERIOD ago.
    """

    def __init__(self, reference: InputReference, since: datetime | None = None) -> None:
        known = {*FEATURE_NAMES, TYPE, CONFIDENCE}
        compared = {name: one for name, one in reference.histograms.items() if name in known}
        self.reference = reference
        self.drift = InputDrift(InputReference(histograms=compared))
        self.confidences: deque[tuple[str, float]] = deque(maxlen=WINDOW)
        self._since = since or now() - PERIOD
        self._after = (self._since, "")
        self._seen: dict[str, None] = {}

    def look(self, database: QualityDatabase, most: int = ROWS_AT_ONCE) -> int:
        """
        Read conversions that were written since the last time; returns how many, 0 if there are no more.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        place = (CONVERSIONS.c.written_at, CONVERSIONS.c.conversion_id)
        asked = (
            select(*(CONVERSIONS.c[name] for name in _COLUMNS))
            .where(CONVERSIONS.c.features.is_not(None), CONVERSIONS.c.created_at > self._since)
            .where(tuple_(*place) > self._after)
            .order_by(*place)
            .limit(most)
        )
        with database.reading() as connection:
            rows = connection.execute(asked).all()
        if not rows:
            self._after = (self._after[0] - OVERLAP, "")
        for row in rows:
            self._after = (row.written_at, row.conversion_id)
            complete = len(row.features) == len(FEATURE_NAMES) and None not in row.features
            if not is_answer(row.conversion_id) or row.image_sha256 in self._seen or not complete:
                continue
            self._remember(row.image_sha256)
            self.drift.see(self._values(row.features, row.logo_type, row.confidence))
            self.confidences.append((row.logo_type, row.confidence))
        return len(rows)

    def accuracies(self) -> Iterator[tuple[str, float, float | None, int]]:
        """
        By predicted type in the latest window: the estimated accuracy, that of the reference, and the number of images.

        Calibrated confidence is the expected accuracy, without a label: the CBPE of NannyML.
        """
        for logo_type in LOGO_TYPES:
            own = [confidence for kind, confidence in self.confidences if kind == logo_type]
            if own:
                yield logo_type, float(np.mean(own)), self.reference.confidences.get(logo_type), len(own)

    def _values(self, features: list[float], logo_type: str, confidence: float) -> Doubles:
        values = dict(zip(FEATURE_NAMES, features, strict=True))
        values |= {
            TYPE: float(LOGO_TYPES.index(logo_type)) if logo_type in LOGO_TYPES else -1.0,
            CONFIDENCE: confidence,
        }
        return np.array([values[name] for name in self.drift.names], np.float64)

    def _remember(self, image: str) -> None:
        self._seen[image] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
