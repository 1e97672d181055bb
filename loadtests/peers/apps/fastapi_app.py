"""FastAPI on uvicorn, written by hand: `uvicorn loadtests.peers.apps.fastapi_app:app`."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI, Request, Response

from loadtests.peers.apps.fastapi_bodies import read_image, response
from loadtests.servers.local_inference import peer_inference

inference = peer_inference()
# One thread computes while the event loop reads and writes; more would only share the same core.
worker = ThreadPoolExecutor(1)
app = FastAPI(openapi_url=None)


@app.get("/ready")
async def ready() -> bool:
    """Answers once the models are loaded."""
    return True


@app.post("/classify")
async def classify(request: Request) -> Response:
    """The type of one image."""
    image = await read_image(request)
    (answer,) = await asyncio.get_running_loop().run_in_executor(worker, inference.classify, [image])
    return response(answer)
