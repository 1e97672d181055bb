"""
FastAPI with hand-written batching: `uvicorn loadtests.peers.apps.fastapi_batching:app`.

A typical extension of an unbatched endpoint: all requests that arrive during a batch form the next one. Without
metrics, limits and timeouts.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from loadtests.peers.apps.fastapi_bodies import read_image, response
from loadtests.servers.local_inference import peer_inference
from svgai.api.schemas.answers import ClassifyAnswer, ItemFault

MAX_BATCH_SIZE = 20

Waiting = tuple[str, asyncio.Future[ClassifyAnswer | ItemFault]]

inference = peer_inference()
waiting: asyncio.Queue[Waiting] = asyncio.Queue()


async def work() -> None:
    """Answer queued requests, batch by batch, in one thread; a failure fails the whole batch."""
    loop = asyncio.get_running_loop()
    worker = ThreadPoolExecutor(1)
    while True:
        batch = [await waiting.get()]
        while len(batch) < MAX_BATCH_SIZE and not waiting.empty():
            batch.append(waiting.get_nowait())
        try:
            answers = await loop.run_in_executor(worker, inference.classify, [image for image, _ in batch])
        except Exception as fault:  # noqa: BLE001 - handed to those who wait
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(fault)
            continue
        for (_, answer), found in zip(batch, answers, strict=True):
            if not answer.done():
                answer.set_result(found)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Process batches while the server runs."""
    task = asyncio.create_task(work())
    yield
    task.cancel()


app = FastAPI(openapi_url=None, lifespan=lifespan)


@app.get("/ready")
async def ready() -> bool:
    """Answers once the models are loaded."""
    return True


@app.post("/classify")
async def classify(request: Request) -> Response:
    """The type of one image."""
    image = await read_image(request)
    future: asyncio.Future[ClassifyAnswer | ItemFault] = asyncio.get_running_loop().create_future()
    waiting.put_nowait((image, future))
    return response(await future)
