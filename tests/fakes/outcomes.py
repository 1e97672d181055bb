"""Outcomes of conversions that never were."""

from datetime import UTC, datetime

from svgai.outcomes.outcome import Outcome, Rating

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def outcome(name: str, **other: object) -> Outcome:
    """A conversion of this id that met its promise."""
    figures = {"ssim": 0.97, "worst": 0.85, "edge_ssim": 0.95, "delta_e": 0.4, "bytes": 1000, "paths": 7}
    predicted = {"ssim": 0.98, "ssim_low": 0.96, "bytes": 900.0}
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
        "predicted": predicted,
        **figures,
        "met": True,
        "trials": 1,
        "tried": ({"parameters": {"simplify": 1.0}, "predicted": predicted, "measured": figures, "seconds": 0.2},),
        "seconds": {"tracing": 0.2, "total": 0.3},
        "model_version": "classifier:1,optimizer:1",
    }
    return Outcome.model_validate(fields | other)


def failure(name: str, code: str) -> Outcome:
    """A conversion of this id that has no answer."""
    return Outcome(conversion_id=name, created_at=THEN, error_code=code)


def rating(name: str, stars: int, identifier: str = "a", comment: str | None = None, **other: object) -> Rating:
    """What one person said of this conversion."""
    fields = {"conversion_id": name, "identifier": identifier, "created_at": THEN, "rating": stars, "comment": comment}
    return Rating.model_validate(fields | other)


class KeptRecords(list[Outcome | Rating]):
    """A recorder whose records can be looked at."""

    def record(self, record: Outcome | Rating) -> None:
        self.append(record)

    @property
    def outcomes(self) -> list[Outcome]:
        return [record for record in self if isinstance(record, Outcome)]

    @property
    def ratings(self) -> list[Rating]:
        return [record for record in self if isinstance(record, Rating)]
