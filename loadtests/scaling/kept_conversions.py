"""Reads a measured service's conversions from its quality store."""

from pathlib import Path

from sqlalchemy import select

from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS

_OF_A_WORKER = ("classifier", "optimizer", "tracing")
"""Stages of a conversion in its process, in sequence."""


def conversion_times(database: Path) -> list[dict[str, float]]:
    """
    Seconds by stage of each answered conversion, in order of completion.

    `worker` is added: the time that its process was occupied. To be read after the service has exited, when its last
    rows are written.
    """
    store = QualityDatabase(f"sqlite:///{database}")
    try:
        with store.reading() as connection:
            made = select(CONVERSIONS.c.seconds).where(CONVERSIONS.c.error_code.is_(None))
            rows = connection.execute(made.order_by(CONVERSIONS.c.created_at)).scalars().all()
    finally:
        store.close()
    return [{**seconds, "worker": sum(seconds.get(stage, 0.0) for stage in _OF_A_WORKER)} for seconds in rows]
