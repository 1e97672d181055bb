"""The peers' applications that can run in this environment."""

import asyncio
import base64
import gc
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from loadtests.peers.serving_peers import PEERS
from svgai.decode.pixels import encode_png
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.model_pair import Models, model_input
from svgai.serve.loaded_models import probe_pixels

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _models(models_folder: Path, clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The models that a peer is told to serve, and garbage collection as it was."""
    del clean_environment
    before = gc.get_threshold()
    monkeypatch.setenv("MODEL_DIR", str(models_folder))
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture
def image() -> str:
    """An image in base64."""
    return base64.b64encode(encode_png(probe_pixels())).decode()


def answers(app: FastAPI, bodies: list[bytes]) -> list[httpx.Response]:
    """What an app answers to bodies that come at once, while it runs."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as one:
            assert (await one.get("/ready")).status_code == 200
            posts = [
                one.post("/classify", content=body, headers={"Content-Type": "application/json"}) for body in bodies
            ]
            return list(await asyncio.gather(*posts))

    return asyncio.run(ask())


@pytest.mark.parametrize("peer,module", [("fastapi", "fastapi_app"), ("fastapi-batching", "fastapi_batching")])
def test_fastapi_answers_with_the_type(peer: str, module: str, image: str, tiny_models: Models) -> None:
    """Each image for itself: one that cannot be read fails alone."""
    app = importlib.reload(importlib.import_module(f"loadtests.peers.apps.{module}")).app
    good, bad, wrong = PEERS[peer].question(image), PEERS[peer].question("bm8="), b"{}"
    found = answers(app, [good, bad, wrong, good])
    assert [one.status_code for one in found] == [200, 400, 422, 200]
    (expected,) = tiny_models.analyse([model_input(probe_pixels())])
    assert PEERS[peer].answered(found[0].content) == PEERS[peer].answered(found[3].content) == expected.logo_type


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType")  # MLflow's, at its import
def test_mlflow_answers_with_the_type(image: str) -> None:
    """One answer for each image of its inputs."""
    module: Any = importlib.import_module("loadtests.peers.apps.mlflow_model")
    model = module.Classify()
    model.load_context(None)
    found = model.predict(None, [image, image])
    assert [one["type"] in LOGO_TYPES for one in found] == [True, True]
