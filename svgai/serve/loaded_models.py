"""Loads models in a thread, with a time limit, and tries them once."""

import asyncio
import logging
import resource
import sys
import time
from dataclasses import dataclass

import anyio.to_thread
import numpy as np

from svgai.array_types import Pixels
from svgai.model_files.model_pair import ModelContents, Models, ModelSource, model_input

logger = logging.getLogger("svgai.runtime")


@dataclass(frozen=True, eq=False)
class LoadedModels:
    """The bytes of the files, the loaded models, and their memory in MB."""

    contents: ModelContents
    models: Models
    megabytes: float

    @property
    def names(self) -> str:
        """The models by version and content."""
        return ",".join(f"{kind}:{file.version}:{file.sha256}" for kind, file in self.models.files.items())


async def load_in_time(source: ModelSource, seconds: float) -> LoadedModels:
    """
    Load the models of a source.

    Raises:
        ModelFault: a file is missing, damaged or not the one that its metadata names.
        TimeoutError: it took too long; the message says so.
    """
    began = time.perf_counter()
    # By anyio, as batches are: its first use takes a tenth of a second, which no request should wait for.
    loading = anyio.to_thread.run_sync(_load, source, abandon_on_cancel=True)
    try:
        # Assigned only here: a thread that exceeded its time keeps running, and must change nothing.
        loaded = await asyncio.wait_for(loading, timeout=seconds)
    except TimeoutError:
        raise TimeoutError(f"loading the models took longer than {seconds:g} s") from None
    logger.info("models loaded", extra={"seconds": round(time.perf_counter() - began, 3)})
    return loaded


def probe_pixels() -> Pixels:
    """Two shapes on white, (64, 64, 4)."""
    rgba = np.full((64, 64, 4), 255, np.uint8)
    rgba[12:40, 12:40] = (200, 30, 40, 255)
    rgba[30:54, 34:56] = (20, 80, 180, 255)
    return rgba


def _load(source: ModelSource) -> LoadedModels:
    before = _resident_mb()
    contents = source.read()
    models = contents.load(gpu=True)
    (analysis,) = models.analyse([model_input(probe_pixels())])
    models.optimizer.predict(analysis.features[None], [analysis.logo_type])
    return LoadedModels(contents, models, _resident_mb() - before)


def _resident_mb() -> float:
    """Largest resident memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if sys.platform == "darwin" else 1_000)
