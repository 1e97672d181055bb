"""FastAPI on uvicorn, written by hand: `uvicorn loadtests.peers.fastapi_app:app`."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI, HTTPException

from loadtests.local_inference import peer_inference
from svgai.schemas import ClassifyAnswer, ClassifyItem, ItemFault

inference = peer_inference()
# One thread works while the event loop reads and writes; more would only take turns at the same core.
worker = ThreadPoolExecutor(1)
app = FastAPI(openapi_url=None)


@app.get("/ready")
async def ready() -> bool:
    """Answers once the models are loaded."""
    return True


@app.post("/classify")
async def classify(item: ClassifyItem) -> ClassifyAnswer:
    """The type of one image."""
    (answer,) = await asyncio.get_running_loop().run_in_executor(worker, inference.classify, [item])
    if isinstance(answer, ItemFault):
        raise HTTPException(answer.status, answer.error.message)
    return answer
