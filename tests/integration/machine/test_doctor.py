"""`svgai doctor` as a person calls it, on a project in which much is wrong, with real servers and programs."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from commands.health.stores import cache_finding
from loadtests.faults.small_disk import can_mount, mounted
from loadtests.servers.postgres_server import PASSWORD as POSTGRES_PASSWORD
from loadtests.servers.postgres_server import PostgresServer
from rollout.ports import free_port
from rollout.state import Service, State, write_state
from svgai.outcomes.quality_database import QualityDatabase
from svgai.settings import Settings
from tests.fakes.tiny_models import write_models
from tests.integration.machine.doctor import Finding, doctor, of
from tests.integration.servers.private_postgres import private_postgres
from tests.integration.servers.redis_server import PASSWORD as REDIS_PASSWORD
from tests.integration.servers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


def _broken_program(folder: Path, name: str, words: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    (folder / name).chmod(0o755)


def _change(file: Path) -> None:
    with file.open("ab") as changed:
        changed.write(b" ")


@pytest.fixture(scope="module")
def broken(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, redis: RedisServer
) -> Iterator[tuple[list[Finding], str]]:
    """What doctor says of a project in which everything is wrong at once, and all that it printed."""
    project = tmp_path_factory.mktemp("broken")
    # The environment came along with a copy: its code is another folder's. A newer numpy was installed by hand.
    (project / "svgai").mkdir()
    (project / "bentofile.yaml").touch()
    (project / "requirements").mkdir()
    (project / "requirements/all.txt").write_text("numpy==0.1\nno-such-package==1\n")
    (project / ".env").write_text(f"AI_BATCHSIZE=5\nLOG_LEVEL=LOUD\nCACHE_URL=redis://:wrong@127.0.0.1:{redis.port}\n")
    # A training, a served model and one in the store were changed.
    (project / "models/classifier").mkdir(parents=True)
    (project / "models/classifier/training.json").write_text("{}")
    _change(write_models(project / "served") / "classifier.onnx")
    for name in ("svgai-classifier", "svgai-optimizer"):
        write_models(project / "bentoml/models" / name / "v1")
    _change(project / "bentoml/models/svgai-optimizer/v1/optimizer.xgb")
    bento = project / "bentoml/bentos/svgai/one"
    bento.mkdir(parents=True)
    models = [{"tag": "svgai-classifier:v1"}, {"tag": "svgai-optimizer:v1"}]
    (bento / "bento.yaml").write_text(json.dumps({"models": models, "services": []}))
    (project / ".svgai").mkdir()
    (project / ".svgai/bentos").write_text("svgai:one\n")
    # What was deployed has ended; the tables are of an older release, and the spool is full.
    live = Service(bento="svgai:one", port=free_port())
    write_state(project / ".svgai/deployment", State(host="127.0.0.1", port=free_port(), live=live))
    url = postgres.create("behind")
    database = QualityDatabase(url)
    database.migrate()
    database.go_back("0001")
    database.close()
    (project / "spool").mkdir()
    (project / "spool/1.jsonl").write_bytes(b"x" * 990_000)
    for name, words in (
        ("nginx", "error while loading shared libraries"),
        ("podman", "no runtime"),
        ("docker", "no daemon"),
    ):
        _broken_program(project / "programs", name, words)
    (project / "tmp").mkdir()
    with ExitStack() as stack:
        if can_mount():
            stack.enter_context(mounted(project / "tmp", 4))
        with suppress(OSError):  # somebody else may have it already
            stack.enter_context(socket.create_server(("127.0.0.1", 5000)))
        yield doctor(
            project,
            PATH=f"{project / 'programs'}:{os.environ['PATH']}",
            TMPDIR=str(project / "tmp"),
            MODEL_DIR=str(project / "served"),
            MLFLOW_TRACKING_URI=f"http://user:hidden@127.0.0.1:{free_port()}",
            QUALITY_DB_URL=url,
            QUALITY_SPOOL=str(project / "spool"),
            QUALITY_SPOOL_BYTES="1000000",
        )


FAULTS = {
    "environment": ("fault", "is another project", "make serve"),
    "pins": ("fault", "no-such-package missing", "make serve"),
    "settings": ("fault", "AI_BATCHSIZE", "svgai config --check"),
    "trainings": ("fault", "training.json", "svgai train"),
    "registry": ("fault", "127.0.0.1", "make mlflow"),
    "MODEL_DIR": ("fault", "SHA-256", "svgai export"),
    "Bento": ("fault", "svgai-optimizer:v1", "svgai build"),
    "deployment": ("fault", "svgai:one does not run", "svgai deploy"),
    "quality database": ("warning", "migration level 0001", "svgai quality migrate"),
    "spool": ("fault", "rows are soon lost", "quality database"),
    "Redis": ("fault", "refuses", "CACHE_URL"),
    "port 5000": ("warning", "in use by", "PORT="),
    "nginx": ("fault", "does not run", "apt-get install"),
    "container engine": ("warning", "no runtime", "systemctl start docker"),
}
"""By check: state, words of what is told, words of the way out."""


@pytest.mark.parametrize("check", FAULTS)
def test_doctor_names_each_fault_with_what_mends_it(check: str, broken: tuple[list[Finding], str]) -> None:
    """All are told in one call: none hides another."""
    state, told, way_out = FAULTS[check]
    found = of(broken[0], check)
    assert found["state"] == state, found
    assert told in found["told"]
    assert way_out in found["way_out"]


def test_doctor_names_a_disk_that_is_nearly_full(broken: tuple[list[Finding], str]) -> None:
    """Also where it is that of temporary files alone."""
    if not can_mount():
        pytest.skip("no disk can be mounted here")
    found = next(one for one in broken[0] if one["check"].startswith("disk of") and one["check"].endswith("/tmp"))
    assert (found["state"], "are needed" in found["told"]) == ("fault", True)


def test_doctor_tells_no_secret(broken: tuple[list[Finding], str]) -> None:
    """Passwords stand in addresses that it shows."""
    assert not [word for word in (POSTGRES_PASSWORD, REDIS_PASSWORD, "wrong", "hidden") if word in broken[1]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One in which nothing is wrong."""
    (tmp_path / "bentofile.yaml").touch()
    return tmp_path


def test_servers_that_answer_are_good(project: Path, postgres: PostgresServer, redis: RedisServer) -> None:
    """With the tables of this code; a Redis without a limit is a warning, which names the command."""
    url = postgres.create("good")
    database = QualityDatabase(url)
    database.migrate()
    database.close()
    found, _ = doctor(project, QUALITY_DB_URL=url, CACHE_URL=redis.url)
    assert of(found, "quality database")["state"] == "ok"
    cache = of(found, "Redis")
    assert (cache["state"], "maxmemory" in cache["way_out"]) == ("warning", True)


def test_servers_that_are_gone_are_faults(project: Path, tmp_path: Path) -> None:
    """One that was killed, and a database whose server has ended."""
    with private_postgres() as server, redis_server(tmp_path) as cache:
        url = server.create("gone")
        cache.kill()
    found, _ = doctor(project, QUALITY_DB_URL=url, CACHE_URL=cache.url)
    assert (of(found, "quality database")["state"], of(found, "Redis")["state"]) == ("fault", "fault")
    assert "systemctl start postgresql" in of(found, "quality database")["way_out"]


def test_a_password_outside_of_the_address_counts(redis: RedisServer) -> None:
    """As the service takes it."""
    settings = Settings(_env_file=None, cache_url=f"redis://127.0.0.1:{redis.port}", cache_password=REDIS_PASSWORD)
    found = cache_finding(settings)
    assert (found.state, "without a limit" in found.told) == ("warning", True)


def test_a_redis_that_hangs_is_a_fault(project: Path, redis: RedisServer) -> None:
    """It takes connections and answers nothing."""
    redis.hang()
    try:
        found, _ = doctor(project, CACHE_URL=redis.url)
    finally:
        redis.go_on()
    assert of(found, "Redis")["state"] == "fault"
