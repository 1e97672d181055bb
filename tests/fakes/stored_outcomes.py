"""A quality database with some days of conversions in it."""

from datetime import timedelta
from pathlib import Path

from svgai.outcomes.outcome import Outcome, Rating
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import THEN, failure, outcome, rating

FIGURES = {"worst": 0.85, "edge_ssim": 0.9, "delta_e": 1.0, "paths": 3}
OTHER = "f" * 64


def tried(ssim: float, bound: float) -> dict[str, object]:
    """A tracing that measured this ssim, with this lower bound."""
    return {
        "parameters": {},
        "predicted": {"ssim": ssim, "ssim_low": bound},
        "measured": {"ssim": ssim, "bytes": 900, **FIGURES},
        "seconds": 0.1,
    }


def records() -> list[Outcome | Rating]:
    """Two simple ones and one that failed on one day, a text by another version on the next, and what people said."""
    later = {"created_at": THEN + timedelta(days=1)}
    bounds = (tried(0.97, 0.9), tried(0.8, 0.9))
    return [
        outcome("a", bytes=400, predicted={"bytes": 200.0}, tried=bounds),
        outcome("b", bytes=900, predicted={"bytes": 900.0}, met=False, missed=("worst",), image_sha256=OTHER, tried=()),
        failure("c", "timeout"),
        outcome(
            "d", logo_type="text", bytes=100, predicted=None, tried=(), model_version="2", arm="challenger", **later
        ),
        rating("a", 5, "anna"),
        rating("b", 1, "anna", "<b>torn</b>"),
        rating("b", 2, "ben", created_at=later["created_at"]),
        rating("lost", 1),
    ]


def filled_database(folder: Path) -> str:
    """Make it; gives its address."""
    url = f"sqlite:///{folder / 'quality.db'}"
    database = QualityDatabase(url)
    database.migrate()
    database.write(records())
    database.close()
    return url
