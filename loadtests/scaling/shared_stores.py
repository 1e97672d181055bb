"""Each service's use of shared stores: PostgreSQL's disk, time and connections, Prometheus's series."""

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from loadtests.benchmarks.outcome_writing import sample_outcome
from loadtests.servers import direct
from loadtests.servers.local_server import svgai_service
from loadtests.servers.postgres_server import postgres_server
from loadtests.servers.service_calls import api_calls, post
from svgai.outcomes.quality_database import QualityDatabase

_ROWS_AT_ONCE = 500
"""Rows of a transaction: about as many as in a busy second of a machine."""

_ASK_WITHIN_S = 10.0
_WRITTEN_WITHIN_S = 3.0


@dataclass(frozen=True)
class StoreCosts:
    """
    The cost of one row of the quality store, and of one service.

    Attributes:
        row_bytes: On PostgreSQL's disk, including indexes.
        rows_per_s: Written by one process, with durable commits.
        connections: To PostgreSQL, of each converting service.
        series: In Prometheus, of each service.
    """

    row_bytes: float
    rows_per_s: float
    connections: int
    series: int


def measure_shared_stores(images: Sequence[bytes], rows: int) -> StoreCosts:
    """
    Write the given number of rows to a separate PostgreSQL, then let a service with it convert images.

    Raises:
        ProgramFailed: PostgreSQL is not installed.
        SvgAiError: the service does not start, or gives no good answer.
    """
    with tempfile.TemporaryDirectory(prefix="svgai-scaling-") as temporary:
        folder = Path(temporary)
        with postgres_server(folder / "postgres", durable=True) as server:
            written = QualityDatabase(server.create("written"))
            rows_per_s, row_bytes = _write(written, rows)
            with svgai_service(folder / "service.log", QUALITY_DB_URL=server.create("served")) as service:
                for call in api_calls(service.url, "convert", images):
                    post(call)
                time.sleep(_WRITTEN_WITHIN_S)
                connections = _count(written, "SELECT count(*) FROM pg_stat_activity WHERE datname = 'served'")
                with direct.client(_ASK_WITHIN_S) as client:
                    shown = client.get(f"{service.url}/metrics").raise_for_status().text
            written.close()
    series = sum(len(family.samples) for family in text_string_to_metric_families(shown))
    return StoreCosts(row_bytes, rows_per_s, int(connections), series)


def _write(database: QualityDatabase, rows: int) -> tuple[float, float]:
    """Rows a second, and bytes a row."""
    database.migrate()
    numbers = random.Random(1)  # noqa: S311 - no secrets
    outcomes = [sample_outcome(numbers) for _ in range(rows)]
    began = time.perf_counter()
    for start in range(0, rows, _ROWS_AT_ONCE):
        database.write(outcomes[start : start + _ROWS_AT_ONCE])
    seconds = time.perf_counter() - began
    return rows / seconds, _count(database, "SELECT pg_total_relation_size('conversions')") / rows


def _count(database: QualityDatabase, query: str) -> float:
    with database.reading() as connection:
        return float(connection.execute(text(query)).scalar_one())
