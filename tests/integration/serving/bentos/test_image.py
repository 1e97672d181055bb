"""The image that `bentoml containerize` makes: built, looked into, and run as it is meant to be."""

import io
import json
import mmap
import os
import re
import shutil
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image

from containers.engine import CommandEngine
from containers.running import Container, running
from loadtests.servers.local_server import wait_until_ready
from rollout.ports import free_port
from svgai.decode.image_formats import FORMATS
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.built_bento import build, run, store_models
from tests.integration.servers.container_engine import TRUSTED, container_engine
from tests.integration.servers.served import encoded, script_of
from tests.integration.servers.slow_conversions import begin

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.alone]

MOST_BYTES, MOST_COMPRESSED = 500_000_000, 180_000_000
SECRET = "canary-4f1d9a"
NOT_FOR_SERVING = {"torch", "mlflow", "pandas", "sklearn", "training", "registry", "nvidia", "pip", "setuptools", "uv"}
NOT_FOR_RUNNING = ("gcc", "cc", "g++", "make", "git", "ld", "strip", "uv", "cmake")
CACHES = ("root/.cache", "home/bentoml/.cache", "var/lib/apt/lists", "var/cache/apt")
REPLACED_S = 60


@dataclass(frozen=True)
class BuiltImage:
    """An image, the engine that has it, the base it was made from, and the models in it."""

    engine: CommandEngine
    tag: str
    base: str
    models: Path

    def printed(self, image: str, *command: str) -> str:
        """What a program prints in a container of the image, or of another one."""
        return self.engine.call(["run", "--rm", "--entrypoint", command[0], image, *command[1:]], f"no {command}")


@dataclass(frozen=True)
class Service:
    """The service in a container that is ready."""

    container: Container
    port: int
    client: httpx.Client

    def printed(self, *command: str) -> str:
        """What a program prints beside the service."""
        return self.container.engine.call(["exec", self.container.name, *command], f"no {command}").strip()

    def log(self) -> str:
        """All that the service printed."""
        return self.container.engine.logs(self.container.name, 100_000)

    def processes(self) -> list[psutil.Process]:
        first = psutil.Process(self.container.pid)
        return [first, *first.children(recursive=True)]

    def connections(self) -> list[Any]:
        return [connection for process in self.processes() for connection in process.net_connections()]

    def answering_processes(self) -> list[psutil.Process]:
        found = []
        for one in self.processes():
            with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                if "_bentoml_impl.worker.service" in one.cmdline():
                    found.append(one)
        return found

    def dead_processes(self) -> list[psutil.Process]:
        """Those that ended and that nobody has taken note of."""
        found = []
        for one in self.processes():
            with suppress(psutil.NoSuchProcess):
                if one.status() == psutil.STATUS_ZOMBIE:
                    found.append(one)
        return found

    def wait_until_ready(self) -> None:
        wait_until_ready(f"{self.client.base_url}/readyz", self.container.exit_code, self.container.output)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltImage]:
    folder = tmp_path_factory.mktemp("image")
    home, models = folder / "bentoml", write_models(folder / "models")
    home.mkdir()
    store_models(home, "v1", models)
    tag = build(home, "v1")
    (recipe,) = home.glob("bentos/svgai/*/env/docker/Dockerfile")
    base = re.search(r"^FROM (\S+)", recipe.read_text(), re.MULTILINE)
    assert base
    with container_engine(base[1], folder) as (engine, building):
        secrets = {"API_KEYS": SECRET, "MLFLOW_TRACKING_URI": f"http://me:{SECRET}@mlflow"}
        options = ["--backend", engine.name, *(["--opt", "format=docker"] if engine.name == "podman" else [])]
        command = ["-m", "bentoml", "containerize", tag, *options, "--image-tag", tag]
        run(*command, home=home, timeout=900, environment={**os.environ, **building, **secrets})
        yield BuiltImage(engine, tag, base[1], models)
        engine.call(["rmi", "--force", tag], f"{tag} could not be removed")


@contextmanager
def started(image: BuiltImage, *options: str, **settings: str) -> Iterator[Service]:
    """A container with a read-only root and on the network of this machine, ready inside the block."""
    port = free_port()
    # Podman's own folders in memory would hide what the image lacks.
    hardened = ["--read-only-tmpfs=false"] if image.engine.name == "podman" else []
    hardened += ["--cap-drop=all", "--security-opt=no-new-privileges"]
    variables = [f"--env={name}={value}" for name, value in settings.items()]
    with (
        running(image.engine, image.tag, port, [*hardened, *options, *variables]) as container,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        service = Service(container, port, client)
        service.wait_until_ready()
        yield service


@pytest.fixture(scope="module")
def service(image: BuiltImage) -> Iterator[Service]:
    with started(image) as running_service:
        yield running_service


@pytest.fixture(scope="module")
def files(image: BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tarfile.TarInfo]:
    """All files of the image by path, without a container ever having run."""
    archive, engine = tmp_path_factory.mktemp("files") / "files.tar", image.engine
    container = engine.call(["create", image.tag], "no container").strip()
    try:
        engine.call(["export", "--output", str(archive), container], "no files")
    finally:
        engine.call(["rm", "--volumes", container], "the container stays")
    with tarfile.open(archive) as contents:
        found = {entry.name.removeprefix("./"): entry for entry in contents}
    archive.unlink()
    return found


def test_the_image_is_small(image: BuiltImage) -> None:
    """On disk, and compressed as registries keep it."""
    found = image.engine.inspect(image.tag)
    assert found.bytes <= MOST_BYTES
    assert image.engine.compressed_bytes(found, lambda _, __: None) <= MOST_COMPRESSED


def test_no_layer_holds_a_secret_of_who_built_it(image: BuiltImage, tmp_path: Path) -> None:
    """Not even one that a later layer hides."""
    archive = tmp_path / "image.tar"
    image.engine.call(["save", "--output", str(archive), image.tag], "not saved")
    with archive.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as saved:
        assert saved.find(b"/home/bentoml/bento") >= 0
        assert saved.find(SECRET.encode()) < 0
    archive.unlink()


def test_what_it_holds_is_told_and_explained(image: BuiltImage, tmp_path: Path) -> None:
    """`svgai image` finds a reason for each large package."""
    command = ["-m", "cli", "image", image.tag, "--engine", image.engine.name, "--no-compressed", "--json"]
    told = json.loads(run(*command, home=tmp_path))
    assert {one["name"] for one in told["contents"]["distributions"]} >= {"bentoml", "onnxruntime", "xgboost-cpu"}


def test_it_holds_what_serves_and_nothing_that_builds_or_trains(files: dict[str, tarfile.TarInfo]) -> None:
    """No compiler, no package that serving does not use, no cache, no key, no program that runs as another user."""
    packages = {path.split("/")[5] for path in files if re.match(r"app/\.venv/lib/python3[^/]*/site-packages/.", path)}
    assert packages & {"onnxruntime", "xgboost", "bentoml"}
    assert not packages & NOT_FOR_SERVING
    assert not {f"{folder}/{name}" for folder in ("usr/bin", "usr/local/bin") for name in NOT_FOR_RUNNING} & set(files)
    assert not [path for path in files for cache in CACHES if path.startswith(f"{cache}/") and files[path].isfile()]
    own = [path for path in files if path.startswith(("app/", "home/"))]
    private = re.compile(r"(^|/)(\.env|\.git|\.netrc|id_[a-z0-9]+|(?!cacert)[^/]*\.(key|pem|sqlite|db))$")
    assert not [path for path in own if private.search(path)]
    assert not [path for path in own if files[path].mode & 0o6000]


def test_it_trusts_what_the_base_trusts(image: BuiltImage) -> None:
    """The authorities are those of the base: none of the machine that built it."""
    assert image.printed(image.tag, "cat", TRUSTED) == image.printed(image.base, "cat", TRUSTED)


def test_it_says_how_it_runs(image: BuiltImage) -> None:
    """An ordinary user, a health check, volumes for what is written, and the one port that is served."""
    found = image.engine.inspect(image.tag)
    assert found.user == "bentoml"
    assert found.healthcheck[0] == "CMD"
    assert set(found.volumes) == {"/tmp", "/home/bentoml/prometheus_multiproc_dir"}
    assert "3000/tcp" in found.ports


def test_every_endpoint_answers(service: Service) -> None:
    """Classify, optimize, convert in both forms and every format, status, health, metrics and the API's description."""
    client, logo = service.client, encoded(encode_png(drawn_logo(1)))
    for path in ("/api/classify", "/api/optimize"):
        assert client.post(path, json={"image": logo}).json()["model_version"] == "classifier:1,optimizer:1"
        assert len(client.post(path, json={"images": [logo, logo]}).json()["results"]) == 2
    converted = client.post("/api/convert", json={"image": logo}).json()
    assert converted["svg"].startswith("<svg")
    assert converted["met_target"]
    for name in FORMATS:
        file = io.BytesIO()
        Image.fromarray(drawn_logo(2)).convert("RGB").save(file, name)
        answer = client.post("/api/convert", files={"image": file.getvalue()}, headers={"Accept": "image/svg+xml"})
        assert (answer.status_code, answer.text[:4]) == (httpx.codes.OK, "<svg"), name
    status = client.get("/api/ai-status").json()
    assert (status["ai_status"], status["checks"]["performance"]["status"]) == ("ready", "ok")
    for path in ("/livez", "/readyz", "/healthz", "/docs.json", "/", "/docs", script_of(client.get("/").text)):
        assert client.get(path).status_code == httpx.codes.OK
    assert "svgai_conversion_seconds" in client.get("/metrics").text


def test_it_runs_as_an_ordinary_user_who_can_write_to_the_volumes_alone(service: Service) -> None:
    """Nothing below the read-only root is writable but what the image declares, and no process is root."""
    tried = """
import os, stat, tempfile
def writable(folder):
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
seen = [folder for folder, _, _ in os.walk("/") if not folder.startswith(("/proc", "/sys", "/dev"))]
print(*{folder for folder in seen if writable(folder) and not folder.startswith("/tmp/")})
"""
    assert set(service.printed("python3", "-c", tried).split()) == {"/tmp", "/home/bentoml/prometheus_multiproc_dir"}
    assert 0 not in {uid for process in service.processes() for uid in process.uids()}


def test_it_runs_as_a_user_of_any_number(image: BuiltImage) -> None:
    """Also of one that the image does not know, as OpenShift chooses them: ready, with conversions and metrics."""
    with started(image, "--user=1000650000:0") as service:
        answer = service.client.post("/api/convert", json={"image": encoded(encode_png(drawn_logo(1)))})
        assert answer.status_code == httpx.codes.OK
        assert "svgai_conversion_seconds" in service.client.get("/metrics").text
        assert {uid for process in service.processes() for uid in process.uids()} == {1000650000}


def test_it_listens_on_one_port(service: Service) -> None:
    """Of all its processes, on the port that PORT names; BentoML's supervisor has two more for the container alone."""
    listening = [one for one in service.connections() if one.status == psutil.CONN_LISTEN]
    assert {one.laddr.port for one in listening if one.laddr.ip != "127.0.0.1"} == {service.port}


def test_its_health_check_tells_ready_from_not(image: BuiltImage, service: Service) -> None:
    """It succeeds beside the service, and fails where nothing answers."""
    check = image.engine.inspect(image.tag).healthcheck[1:]
    assert service.printed(*check) == ""
    elsewhere = ("env", f"PORT={free_port()}", "sh", "-c", '"$@" || echo unhealthy', "sh")
    assert service.printed(*elsewhere, *check) == "unhealthy"


def test_nothing_is_reported_to_anybody(service: Service) -> None:
    """The libraries that would report to their makers are told not to, and hold no connection."""
    assert not {one.raddr.ip for one in service.connections() if one.raddr} - {"127.0.0.1"}
    assert "telemetry" not in service.log().lower()


def test_a_killed_worker_is_replaced(service: Service) -> None:
    """The container goes on, another process answers, and no dead one is left behind."""
    (killed,) = service.answering_processes()
    killed.kill()
    killed.wait(timeout=REPLACED_S)
    deadline = time.monotonic() + REPLACED_S
    while not service.answering_processes():
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.2)
    service.wait_until_ready()
    answer = service.client.post("/api/convert", json={"image": encoded(encode_png(drawn_logo(3)))})
    assert answer.status_code == httpx.codes.OK
    while service.dead_processes():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_it_answers_what_it_has_begun_before_it_stops(image: BuiltImage) -> None:
    """SIGTERM with conversions in flight: each is answered, and the container ends with 0."""
    with started(image, AI_MAX_WORKERS="1") as service, ThreadPoolExecutor(3) as clients:
        asked = begin(service.client, clients, 3)
        assert service.container.stop() == 0
        assert [one.result().status_code for one in asked] == [httpx.codes.OK] * len(asked)


def test_it_serves_a_mounted_folder_of_models(image: BuiltImage, tmp_path: Path) -> None:
    """MODEL_DIR goes before the Bento's own models."""
    folder = shutil.copytree(image.models, tmp_path / "models")
    metadata = (folder / "metadata.json").read_text()
    (folder / "metadata.json").write_text(metadata.replace('"version": "1"', '"version": "7"'))
    with started(image, f"--volume={folder}:/models:ro", MODEL_DIR="/models") as service:
        answer = service.client.post("/api/classify", json={"image": encoded(encode_png(drawn_logo(1)))})
        assert answer.json()["model_version"] == "classifier:7,optimizer:7"
