"""
The compared servers: how each is started, its requests and its answers.

Each runs the models in one process, on one thread. The variants tried for each, and the reasons for its setup, are in
docs/benchmarks.md.
"""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtests.servers.local_server import LocalServer, local_server, svgai_service
from rollout.ports import free_port
from svgai.errors import SvgAiError

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

BATCHING = {"MLSERVER_MODEL_MAX_BATCH_SIZE": "20", "MLSERVER_MODEL_MAX_BATCH_TIME": "0.0005"}
"""MLServer's limits: images of a batch, and seconds to fill it. LitServe's are in its app."""


@dataclass(frozen=True)
class Place:
    """
    The environment of a peer.

    Attributes:
        programs: The `bin` folder of its environment.
        folder: Its current folder; may be written to.
        models: The folder of both model files, the same for all.
        log: The file for its output.
    """

    programs: Path
    folder: Path
    models: Path
    log: Path

    def program(self, name: str) -> str:
        """A program of its environment."""
        return str(self.programs / name)

    def variables(self) -> dict[str, str]:
        """Its environment variables, besides those of this process."""
        return {
            **ONE_THREAD,
            "MODEL_DIR": str(self.models),
            "PYTHONPATH": str(Path.cwd()),
            "PATH": os.pathsep.join([str(self.programs), os.environ["PATH"]]),
        }


@dataclass(frozen=True)
class Peer:
    """
    A server and its protocol.

    Attributes:
        title: Its name in tables and pictures.
        requirements: Name of its environment; None: that of this process.
        path: The path that images are posted to.
        body: The JSON value to post for one image in base64.
        kind: The type in the JSON value of an answer.
        serve: A context in which it is ready; raises SvgAiError if it does not become ready.
    """

    title: str
    requirements: str | None
    path: str
    body: Callable[[str], object]
    kind: Callable[[Any], object]
    serve: Callable[[Place], AbstractContextManager[LocalServer]]

    def question(self, image: str) -> bytes:
        """The body of a request for one image in base64."""
        return json.dumps(self.body(image)).encode()

    def answered(self, answer: bytes) -> str:
        """
        The type in an answer.

        Raises:
            SvgAiError: It has none.
        """
        try:
            return str(self.kind(json.loads(answer)))
        except (ValueError, LookupError, TypeError) as fault:
            raise SvgAiError(f"{self.title} answered without a type: {answer[:200]!r}") from fault


def _ours(place: Place) -> AbstractContextManager[LocalServer]:
    return svgai_service(place.log, **place.variables(), AI_MAX_WORKERS="1")


def _fastapi(place: Place, module: str) -> AbstractContextManager[LocalServer]:
    port = free_port()
    options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    command = [place.program("uvicorn"), f"loadtests.peers.apps.{module}:app", "--port", str(port), *options]
    return _started(place, command, port, "/ready")


def _litserve(place: Place) -> AbstractContextManager[LocalServer]:
    port = free_port()
    command = [place.program("python"), "-m", "loadtests.peers.apps.litserve_app", str(port)]
    return _started(place, command, port, "/health")


def _mlflow(place: Place) -> AbstractContextManager[LocalServer]:
    model, port = place.folder / "model", free_port()
    write = [place.program("python"), "-m", "loadtests.peers.apps.mlflow_model", str(model)]
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true"}
    with place.log.open("wb") as output:
        written = subprocess.run(  # noqa: S603 - the commands are ours
            write, env={**os.environ, **place.variables(), **quiet}, stdout=output, stderr=output, check=False
        )
    if written.returncode:
        raise SvgAiError(f"MLflow did not write the model; {place.log} holds what it printed")
    options = ["--model-uri", str(model), "--env-manager", "local", "--host", "127.0.0.1", "--workers", "1"]
    command = [place.program("mlflow"), "models", "serve", *options, "--port", str(port)]
    return _started(place, command, port, "/ping", quiet)


def _mlserver(place: Place) -> AbstractContextManager[LocalServer]:
    port = free_port()
    settings = {
        "HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "GRPC_PORT": str(free_port()),
        "PARALLEL_WORKERS": "0",
        "METRICS_ENDPOINT": "",
        "GZIP_ENABLED": "false",
        "DEBUG": "false",
        "MODEL_NAME": "classifier",
        "MODEL_IMPLEMENTATION": "loadtests.peers.apps.mlserver_runtime.Classify",
    }
    variables = {**{f"MLSERVER_{name}": value for name, value in settings.items()}, **BATCHING}
    command = [place.program("mlserver"), "start", str(place.folder)]
    return _started(place, command, port, "/v2/models/classifier/ready", variables)


def _started(
    place: Place, command: list[str], port: int, ready_path: str, variables: Mapping[str, str] | None = None
) -> AbstractContextManager[LocalServer]:
    environment = {**place.variables(), **(variables or {})}
    return local_server(
        command, port=port, ready_path=ready_path, folder=place.folder, environment=environment, log=place.log
    )


def _image(image: str) -> object:
    return {"image": image}


def _tensor(image: str) -> object:
    return {"inputs": [{"name": "image", "shape": [1, 1], "datatype": "BYTES", "data": [image]}]}


def _type(answer: dict[str, object]) -> object:
    return answer["type"]


OURS = "svgai"

PEERS = {
    OURS: Peer("SVG-AI (BentoML)", None, "/api/classify", _image, _type, _ours),
    "fastapi": Peer("FastAPI", "fastapi", "/classify", _image, _type, lambda place: _fastapi(place, "fastapi_app")),
    "fastapi-batching": Peer(
        "FastAPI, own batching",
        "fastapi",
        "/classify",
        _image,
        _type,
        lambda place: _fastapi(place, "fastapi_batching"),
    ),
    "mlflow": Peer(
        "mlflow models serve",
        "mlflow",
        "/invocations",
        lambda image: {"inputs": [image]},
        lambda answer: answer["predictions"][0]["type"],
        _mlflow,
    ),
    "litserve": Peer("LitServe", "litserve", "/classify", _image, _type, _litserve),
    "mlserver": Peer(
        "MLServer",
        "mlserver",
        "/v2/models/classifier/infer",
        _tensor,
        lambda answer: answer["outputs"][0]["data"][0],
        _mlserver,
    ),
}
"""All that are compared, ours first."""
