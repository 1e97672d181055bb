"""A served service and its quality store: what clients see, and what is kept whatever happens to either."""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import select, text

from loadtests.servers.local_server import stop
from rollout.ports import free_port
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS, RATINGS
from tests.fakes.serving_fakes import png
from tests.integration.servers.served import Served, encoded, error_code, serving, start

pytestmark = pytest.mark.integration

WRITTEN_WITHIN_S = 120
IMAGE = {"image": encoded(png())}
DROPPED = "svgai_outcomes_dropped_total"


def kept(url: str) -> list[str]:
    """The ids of the conversions in a database, each as often as it is there."""
    database = QualityDatabase(url)
    with database.engine.connect() as connection:
        found = list(connection.execute(select(CONVERSIONS.c.conversion_id)).scalars())
    database.close()
    return found


def wait_until_written(folder: Path) -> None:
    """Until nothing waits in the spool any more."""
    deadline = time.monotonic() + WRITTEN_WITHIN_S
    while any(folder.glob("*.jsonl")):
        assert time.monotonic() < deadline, "the spool is not emptied"
        time.sleep(0.1)


def convert(client: httpx.Client) -> str:
    """The id of a conversion that was answered."""
    answer = client.post("/api/convert", json=IMAGE)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["conversion_id"])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Served]:
    """One that asks for keys, with a database in its folder."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'q.db'}"
    with serving(folder, MODEL_DIR=str(models_folder), API_KEYS="secret", QUALITY_DB_URL=url) as served:
        served.client.headers["X-API-Key"] = "secret"
        yield served


def test_a_conversion_is_a_row_with_all_that_is_known_of_it(service: Served) -> None:
    """Of one that was refused, too; what is kept of the image is its digest."""
    done = convert(service.client)
    assert error_code(service.client.post("/api/convert", json={"image": "aGk="})) == (400, "invalid_image")
    folder = service.output.parent
    wait_until_written(folder / "q.db.spool")
    database = QualityDatabase(f"sqlite:///{folder / 'q.db'}")
    with database.engine.connect() as connection:
        answered, refused = connection.execute(select(CONVERSIONS).order_by(CONVERSIONS.c.created_at)).mappings().all()
    database.close()
    assert (answered["conversion_id"], answered["key_name"], answered["error_code"]) == (done, "key-1", None)
    assert None not in [answered[name] for name in ("features", "confidence", "ssim", "bytes", "met", "model_version")]
    assert len(answered["tried"]) == answered["trials"]
    assert answered["parameters"]["upscale"] >= 1
    assert (refused["error_code"], refused["ssim"]) == ("invalid_image", None)
    assert refused["image_sha256"] == hashlib.sha256(b"hi").hexdigest()


def test_feedback_is_taken_before_its_conversion_is_written_and_after(service: Served) -> None:
    """The same identifier replaces; another id is refused, and so is what is no rating."""
    done = convert(service.client)
    said = {"conversion_id": done, "rating": 2, "comment": "torn", "identifier": "anna"}
    assert service.client.post("/api/feedback", json=said).status_code == 204
    wait_until_written(service.output.parent / "q.db.spool")
    said = {"conversion_id": done, "thumb": "up", "identifier": "anna"}
    assert service.client.post("/api/feedback", json=said).status_code == 204
    wait_until_written(service.output.parent / "q.db.spool")
    database = QualityDatabase(f"sqlite:///{service.output.parent / 'q.db'}")
    with database.engine.connect() as connection:
        rows = connection.execute(select(RATINGS).where(RATINGS.c.conversion_id == done)).mappings().all()
    database.close()
    assert [(row["identifier"], row["rating"], row["comment"]) for row in rows] == [("anna", 5, None)]
    unknown = {"conversion_id": "0" * 32, "rating": 2}
    assert error_code(service.client.post("/api/feedback", json=unknown)) == (404, "unknown_conversion")
    six = {"conversion_id": done, "rating": 6}
    assert error_code(service.client.post("/api/feedback", json=six)) == (422, "invalid_parameters")
    assert error_code(service.client.post("/api/feedback", json={"conversion_id": done})) == (400, "invalid_request")


def test_the_process_that_answers_loads_no_database(service: Served) -> None:
    """Nor does any that converts: one process alone has SQLAlchemy's libraries."""
    children = psutil.Process(service.process.pid).children(recursive=True)
    loaded = [child.name() for child in children if "/sqlalchemy/" in Path(f"/proc/{child.pid}/maps").read_text()]
    assert loaded == ["outcomes"]


def test_without_tracking_nothing_is_kept_and_feedback_says_so(tmp_path: Path) -> None:
    """Nor is it described, so that the page shows no stars."""
    url = f"sqlite:///{tmp_path / 'q.db'}"
    with serving(tmp_path, AI_ENHANCED="false", QUALITY_TRACKING_ENABLED="false", QUALITY_DB_URL=url) as served:
        done = convert(served.client)
        refused = served.client.post("/api/feedback", json={"conversion_id": done, "rating": 4})
        assert error_code(refused) == (503, "feedback_disabled")
        assert "/api/feedback" not in served.client.get("/docs.json").json()["paths"]
        names = {child.name() for child in psutil.Process(served.process.pid).children(recursive=True)}
        assert "outcomes" not in names
    assert not list(tmp_path.glob("q.db*"))


@pytest.mark.long
def test_a_database_that_is_never_there_costs_no_answer(tmp_path: Path) -> None:
    """Feedback is believed. What waited is written by a service that finds the database."""
    (tmp_path / "q.db").mkdir()
    url = f"sqlite:///{tmp_path / 'q.db'}"
    with serving(tmp_path, AI_ENHANCED="false", QUALITY_DB_URL=url) as served:
        done = [convert(served.client) for _ in range(5)]
        said = {"conversion_id": "0" * 32, "rating": 4}
        assert served.client.post("/api/feedback", json=said).status_code == 204
        assert f"{DROPPED} 0.0" in served.client.get("/metrics").text
    assert "outcomes are not written; they wait in the spool" in served.output.read_text()
    (tmp_path / "q.db").rmdir()
    with serving(tmp_path, AI_ENHANCED="false", QUALITY_DB_URL=url) as served:
        wait_until_written(tmp_path / "q.db.spool")
    assert sorted(kept(url)) == sorted(done)


@contextmanager
def _load(client: httpx.Client, rate: float) -> Iterator[list[tuple[int, float]]]:
    """Conversions at a rate; the status and the seconds of each."""
    over, answers = threading.Event(), list[tuple[int, float]]()

    def send() -> None:
        while not over.wait(1 / rate):
            began = time.perf_counter()
            status = client.post("/api/convert", json=IMAGE).status_code
            answers.append((status, time.perf_counter() - began))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


@pytest.mark.alone
def test_a_locked_database_under_load_fails_no_request(tmp_path: Path) -> None:
    """Ten conversions a second, a lock of some seconds: as fast as before, and all of them are kept."""
    url = f"sqlite:///{tmp_path / 'q.db'}"
    with serving(tmp_path, AI_ENHANCED="false", QUALITY_DB_URL=url, AI_MAX_WORKERS="1") as served:
        with _load(served.client, 10) as answers:
            time.sleep(3)
            before = len(answers)
            with sqlite3.connect(tmp_path / "q.db", isolation_level=None) as other:
                other.execute("BEGIN EXCLUSIVE")
                time.sleep(8)
                other.execute("COMMIT")
            other.close()
            time.sleep(1)
        wait_until_written(tmp_path / "q.db.spool")
        assert f"{DROPPED} 0.0" in served.client.get("/metrics").text
    assert {status for status, _ in answers} == {200}
    assert len(kept(url)) == len(answers)
    free, locked = (sorted(seconds for _, seconds in part) for part in (answers[:before], answers[before:]))
    assert locked[len(locked) // 2] < 2 * free[len(free) // 2]


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _convert_until_it_is_gone(client: httpx.Client) -> Iterator[str]:
    with suppress(httpx.TransportError):
        while True:
            yield convert(client)


def _killed_again_and_again(folder: Path, url: str, times: int) -> None:
    """The whole service is killed while it converts; whatever was answered is kept once."""
    answered: list[str] = []
    settings = {"AI_ENHANCED": "false", "AI_MAX_WORKERS": "1", "QUALITY_DB_URL": url}
    settings["QUALITY_SPOOL"] = str(folder / "spool")
    port = free_port()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        for number in range(times):
            process, output = start(folder, port, **settings)
            try:
                Served(client, process, output).wait_for("/readyz", 200)
                everything = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
                # Around the moment at which rows are written, each time another one.
                killer = threading.Timer(0.7 + 0.6 * (number % 7) / 7, _kill, [everything])
                killer.start()
                answered += _convert_until_it_is_gone(client)
                killer.join()
            finally:
                stop(process)
    with serving(folder, ready=True, **settings) as served:
        wait_until_written(folder / "spool")
        assert f"{DROPPED} 0.0" in served.client.get("/metrics").text
    rows = kept(url)
    assert len(set(rows)) == len(rows)
    assert set(answered) <= set(rows)
    # Beside them at most the one that was in hand, each time.
    assert len(rows) - len(answered) <= times


@pytest.mark.long
def test_a_service_that_is_killed_loses_and_doubles_no_row(url: str, tmp_path: Path) -> None:
    """A few times."""
    _killed_again_and_again(tmp_path, url, 3)


@pytest.mark.alone
@pytest.mark.long
def test_a_service_that_is_killed_fifty_times_loses_and_doubles_no_row(url: str, tmp_path: Path) -> None:
    """Fifty times."""
    _killed_again_and_again(tmp_path, url, 50)


@pytest.mark.long
def test_two_services_write_to_one_postgresql(postgres: object, tmp_path: Path) -> None:
    """As replicas do: each its own rows, and feedback about either is taken by both."""
    url = postgres.create("shared")  # type: ignore[attr-defined]
    first, second = ({"QUALITY_DB_URL": url, "QUALITY_SPOOL": f"{tmp_path}/{name}"} for name in ("one", "two"))
    with (
        serving(tmp_path / "a", AI_ENHANCED="false", **first) as one,
        serving(tmp_path / "b", AI_ENHANCED="false", **second) as other,
    ):
        done = [convert(one.client), convert(other.client)]
        for name in ("one", "two"):
            wait_until_written(tmp_path / name)
        for conversion_id in done:
            for served in (one, other):
                said = {"conversion_id": conversion_id, "rating": 3}
                assert served.client.post("/api/feedback", json=said).status_code == 204
    assert sorted(kept(url)) == sorted(done)
    database = QualityDatabase(url)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ratings")).scalar_one() == 4
    database.close()
