"""The image that `bentoml containerize` makes: built, looked into, and run as it is meant to be."""

import io
import json
import re
import shutil
import subprocess
import tarfile
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image

from rollout.ports import free_port
from svgai.images import FORMATS, encode_png
from tests.integration.built_bento import build, run, store_models
from tests.integration.container_engine import TRUSTED, ContainerEngine, container_engine
from tests.integration.served import encoded
from tests.integration.slow_conversions import begin
from tests.tiny_models import drawn_logo, write_models

pytestmark = pytest.mark.integration

MOST_BYTES, MOST_COMPRESSED = 500_000_000, 180_000_000
SECRET = "canary-4f1d9a"
NOT_FOR_SERVING = {"torch", "mlflow", "pandas", "sklearn", "training", "registry", "nvidia", "pip", "setuptools", "uv"}
NOT_FOR_RUNNING = ("gcc", "cc", "g++", "make", "git", "ld", "strip", "uv", "cmake")
CACHES = ("root/.cache", "home/bentoml/.cache", "var/lib/apt/lists", "var/cache/apt")
READY_S, REPLACED_S = 60, 60


@dataclass(frozen=True)
class BuiltImage:
    """An image, what its configuration says, and the engine that has it."""

    engine: ContainerEngine
    tag: str
    models: Path

    def config(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.engine("image", "inspect", self.tag))[0]
        return found


@dataclass(frozen=True)
class Running:
    """A container that is ready."""

    engine: ContainerEngine
    name: str
    port: int
    client: httpx.Client

    def python(self, program: str) -> str:
        """What a program prints that runs in the container."""
        return self.engine("exec", self.name, "python3", "-c", program)

    def processes(self) -> list[psutil.Process]:
        first = psutil.Process(int(self.engine("inspect", "--format", "{{.State.Pid}}", self.name)))
        return [first, *first.children(recursive=True)]

    def connections(self) -> list[Any]:
        return [connection for process in self.processes() for connection in process.net_connections()]

    def answering_process(self) -> psutil.Process:
        return next(one for one in self.processes() if "_bentoml_impl.worker.service" in one.cmdline())

    def wait_until_ready(self, within: float) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                if self.client.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready; the container printed:\n{self.engine.logs(self.name)}")


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
    engine = container_engine(base[1], folder)
    environment = {**engine.building, "API_KEYS": SECRET, "MLFLOW_TRACKING_URI": f"http://me:{SECRET}@mlflow"}
    options = ["--backend", engine.name, *(["--opt", "format=docker"] if engine.name == "podman" else [])]
    command = ["-m", "bentoml", "containerize", tag, *options, "--image-tag", tag]
    run(*command, home=home, timeout=900, environment=environment)
    assert engine("images", "--quiet", tag), f"bentoml containerize made no image {tag}"
    yield BuiltImage(engine, tag, models)
    engine("rmi", "--force", tag)


@contextmanager
def started(image: BuiltImage, *options: str, **settings: str) -> Iterator[Running]:
    """A container with a read-only root and on the network of this machine, ready inside the block."""
    port, engine = free_port(), image.engine
    variables = [f"--env={name}={value}" for name, value in {"PORT": str(port), **settings}.items()]
    name = f"svgai-test-{port}"
    # Podman's own folders in memory would hide what the image lacks.
    hardened = ["--read-only", *(["--read-only-tmpfs=false"] if engine.name == "podman" else [])]
    hardened += ["--cap-drop=all", "--security-opt=no-new-privileges"]
    engine("run", "--detach", "--name", name, "--network=host", *hardened, *options, *variables, image.tag)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            running = Running(engine, name, port, client)
            running.wait_until_ready(READY_S)
            yield running
    finally:
        engine("rm", "--force", "--volumes", name)


@pytest.fixture(scope="module")
def service(image: BuiltImage) -> Iterator[Running]:
    with started(image) as running:
        yield running


@pytest.fixture(scope="module")
def files(image: BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tarfile.TarInfo]:
    """All files of the image by path, without a container ever having run."""
    archive = tmp_path_factory.mktemp("files") / "files.tar"
    container = image.engine("create", image.tag)
    try:
        image.engine("export", "--output", str(archive), container)
    finally:
        image.engine("rm", "--volumes", container)
    with tarfile.open(archive) as contents:
        found = {entry.name.removeprefix("./"): entry for entry in contents}
    archive.unlink()
    return found


def test_the_image_is_small_and_holds_no_secret_of_who_built_it(image: BuiltImage) -> None:
    """Bytes on disk and compressed, and not one layer that holds what the environment of the build did."""
    assert image.config()["Size"] <= MOST_BYTES
    gzip, compressed, tail, held = zlib.compressobj(6, wbits=31), 0, b"", False
    with subprocess.Popen(
        [image.engine.name, "save", image.tag], env=image.engine.running, stdout=subprocess.PIPE
    ) as save:
        assert save.stdout is not None
        while block := save.stdout.read(1 << 20):
            compressed += len(gzip.compress(block))
            held |= SECRET.encode() in tail + block
            tail = block[-len(SECRET) :]
    compressed += len(gzip.flush())
    assert save.returncode == 0
    assert not held
    assert compressed <= MOST_COMPRESSED


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
    read = ("run", "--rm", "--entrypoint", "cat")
    assert image.engine(*read, image.tag, TRUSTED) == image.engine(*read, image.engine.base, TRUSTED)


def test_it_says_how_it_runs(image: BuiltImage) -> None:
    """An ordinary user, a health check, volumes for what is written, and the one port that is served."""
    inspected = image.config()
    config = inspected["Config"]
    assert config["User"] == "bentoml"
    # Docker keeps it in the configuration, podman beside it.
    assert (config.get("Healthcheck") or inspected["Healthcheck"])["Test"][0] == "CMD"
    assert set(config["Volumes"]) == {"/tmp", "/home/bentoml/prometheus_multiproc_dir"}
    assert "3000/tcp" in config["ExposedPorts"]


def test_every_endpoint_answers(service: Running) -> None:
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
    for path in ("/livez", "/readyz", "/healthz", "/docs.json"):
        assert client.get(path).status_code == httpx.codes.OK
    assert "svgai_conversion_seconds" in client.get("/metrics").text


def test_it_runs_as_an_ordinary_user_who_can_write_to_the_volumes_alone(service: Running) -> None:
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
    assert set(service.python(tried).split()) == {"/tmp", "/home/bentoml/prometheus_multiproc_dir"}
    assert 0 not in {uid for process in service.processes() for uid in process.uids()}


def test_it_listens_on_one_port(service: Running) -> None:
    """Of all its processes, on the port that PORT names; BentoML's supervisor has two more for the container alone."""
    listening = [one for one in service.connections() if one.status == psutil.CONN_LISTEN]
    assert {one.laddr.port for one in listening if one.laddr.ip != "127.0.0.1"} == {service.port}


def test_its_health_check_tells_ready_from_not(service: Running) -> None:
    """It succeeds beside the service, and fails where nothing answers."""
    (check,) = {tuple(json.loads(service.engine("inspect", service.name))[0]["Config"]["Healthcheck"]["Test"][1:])}
    assert service.engine("exec", service.name, *check) == ""
    elsewhere = ("exec", "--env", f"PORT={free_port()}", service.name)
    assert service.engine(*elsewhere, "sh", "-c", '"$@" || echo unhealthy', "sh", *check).endswith("unhealthy")


def test_nothing_is_reported_to_anybody(service: Running) -> None:
    """The libraries that would report to their makers are told not to, and hold no connection."""
    assert not {one.raddr.ip for one in service.connections() if one.raddr} - {"127.0.0.1"}
    assert "telemetry" not in service.engine.logs(service.name).lower()


def test_a_killed_worker_is_replaced(service: Running) -> None:
    """The container goes on, another process answers, and no dead one is left behind."""
    killed = service.answering_process()
    killed.kill()
    killed.wait(timeout=READY_S)
    deadline = time.monotonic() + REPLACED_S
    while not any("_bentoml_impl.worker.service" in one.cmdline() for one in service.processes()):
        assert time.monotonic() < deadline, service.engine.logs(service.name)
        time.sleep(0.2)
    service.wait_until_ready(REPLACED_S)
    answer = service.client.post("/api/convert", json={"image": encoded(encode_png(drawn_logo(3)))})
    assert answer.status_code == httpx.codes.OK
    assert not [one for one in service.processes() if one.status() == psutil.STATUS_ZOMBIE]


def test_it_answers_what_it_has_begun_before_it_stops(image: BuiltImage) -> None:
    """SIGTERM with conversions in flight: each is answered, and the container ends with 0."""
    with started(image, AI_MAX_WORKERS="1") as running, ThreadPoolExecutor(3) as clients:
        asked = begin(running.client, clients, 3)
        running.engine("stop", "-t", "60", running.name)
        assert [one.result().status_code for one in asked] == [httpx.codes.OK] * len(asked)
        assert running.engine("inspect", "--format", "{{.State.ExitCode}}", running.name) == "0"


def test_it_serves_a_mounted_folder_of_models(image: BuiltImage, tmp_path: Path) -> None:
    """MODEL_DIR goes before the Bento's own models."""
    folder = shutil.copytree(image.models, tmp_path / "models")
    metadata = (folder / "metadata.json").read_text()
    (folder / "metadata.json").write_text(metadata.replace('"version": "1"', '"version": "7"'))
    with started(image, f"--volume={folder}:/models:ro", MODEL_DIR="/models") as running:
        answer = running.client.post("/api/classify", json={"image": encoded(encode_png(drawn_logo(1)))})
        assert answer.json()["model_version"] == "classifier:7,optimizer:7"
