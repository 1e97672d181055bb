"""Outcomes of conversions that never were."""

from datetime import UTC, datetime

from svgai.outcomes.outcome import Outcome, Rating

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def outcome(name: str, **other: object) -> Outcome:
    """A conversion of this id that met its promise."""
    fields: dict[str, object] = {
        "conversion_id": name,
        "created_at": THEN,
        "image_sha256": "0" * 64,
        "features": (0.1, 0.2),
        "logo_type": "simple",
        "confidence": 0.9,
        "target": 0.95,
        "min_worst": 0.8,
        "parameters": {"simplify": 1.0},
        "predicted": {"ssim": 0.98, "bytes": 900.0},
        "measured": {"ssim": 0.97, "worst": 0.85, "edge_ssim": 0.95, "delta_e": 0.4, "bytes": 1000, "paths": 7},
        "met": True,
        "trials": 2,
        "seconds": {"tracing": 0.2},
        "model_version": "classifier:1,optimizer:1",
    }
    return Outcome.model_validate(fields | other)


def rating(name: str, stars: int, identifier: str = "a", comment: str | None = None) -> Rating:
    """What one person said of this conversion."""
    return Rating(conversion_id=name, identifier=identifier, created_at=THEN, rating=stars, comment=comment)
