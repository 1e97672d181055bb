"""Stand-ins for the models and the pool, for tests of what surrounds them."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from svgai.array_types import Pixels
from svgai.choose.optimizer import Optimizer, Prediction
from svgai.convert.conversion import Conversion
from svgai.decode.pixels import encode_png
from svgai.describe.classifier import Classifier
from svgai.logo_types import LogoType
from svgai.measure.outcome_scales import BELIEVED, to_scales
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.model_files.model_pair import Models
from svgai.serve.decoding.decode_pool import DecodePool
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.trace.parameters import TracingParameters


class RednessNetwork:
    """Says "text" of images whose middle is red, else "simple", with 0.9."""

    provider = "redness"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def run(self, pixels: Pixels, _features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        self.batches.append(len(pixels))
        middle = pixels[:, :, pixels.shape[2] // 2, pixels.shape[3] // 2].astype(int)
        answer = np.full((len(pixels), 4), 0.1 / 3, np.float32)
        answer[np.arange(len(pixels)), (middle[:, 0] > middle[:, 2]).astype(int)] = 0.9
        return answer


def prediction(*outcomes: tuple[TracingParameters, float, float, int], doubt: float = 1e-4) -> Prediction:
    """
    A prediction of (tracing, ssim, delta_e, bytes), each with lower bound ssim - 0.01 or so, and a worst like its ssim.

    `doubt` is the variance of each outcome on its scale; all errors are independent.
    """
    tracings, ssim, delta_e, size = zip(*outcomes, strict=True)
    measures = {"ssim": ssim, "worst": ssim, "delta_e": delta_e, "bytes": size, "edge_ssim": ssim}
    mean = to_scales({**measures, "seconds": np.full(len(tracings), 0.1)})
    return Prediction(tracings, mean, 0.2, doubt * np.eye(BELIEVED * len(tracings)))


class TwoCandidates:
    """Proposes a small and a good tracing for every image."""

    version = "2"
    small = TracingParameters(simplify=1)
    good = TracingParameters(upscale=4)
    portfolio = (small, good)

    def predict(self, _features: npt.NDArray[np.float32], types: Sequence[LogoType]) -> list[Prediction]:
        return [prediction((self.small, 0.92, 1.0, 1000), (self.good, 0.98, 0.5, 5000)) for _ in types]


def fake_models(network: RednessNetwork | None = None) -> Models:
    """Models that answer at once."""
    return Models(Classifier(network or RednessNetwork(), "1"), cast("Optimizer", TwoCandidates()), {})


class InlinePool:
    """Runs what is scheduled by a given function, in this process."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.closed = False
        self.idle = self.able = True
        self.renewed_with: list[object] = []
        self.renewal_fault: Exception | None = None
        self._answer = answer

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        self.calls.append((function, *args))
        return self._answer(function, *args)

    async def renew(self, setup_args: object, function: Callable[..., Any], *args: Any) -> Any:
        if self.renewal_fault is not None:
            raise self.renewal_fault
        self.renewed_with.append(setup_args)
        return self._answer(function, *args)

    def close(self) -> None:
        self.closed = True

    def as_pool(self) -> ConversionPool:
        return cast("ConversionPool", self)


class IdleDecoder:
    """Decode processes that find nothing wrong."""

    able = True

    def start(self) -> None: ...

    def close(self) -> None: ...

    async def check(self, image: bytes) -> None: ...

    def as_pool(self) -> DecodePool:
        return cast("DecodePool", self)


def conversion(**changes: Any) -> Conversion:
    """A finished conversion of a simple image."""
    values: dict[str, Any] = {
        "svg": "<svg/>",
        "parameters": TracingParameters(),
        "quality": Quality(ssim=0.97, worst=0.85, edge_ssim=0.9, delta_e=0.4, bytes=1200, paths=3),
        "promise": Promise(target=0.95, min_worst=0.8, max_delta_e=3.0),
        "measured_px": 48,
        "trials": 2,
        "empty": False,
        "logo_type": "simple",
        "model_version": "classifier:1,optimizer:2",
        "seconds": {"classifier": 0.01, "optimizer": 0.02, "tracing": 0.1},
    }
    return Conversion(**values | changes)


def png(colour: tuple[int, int, int] = (200, 30, 30), side: int = 48) -> bytes:
    """A square of one colour on white."""
    rgba = np.full((side, side, 4), 255, np.uint8)
    rgba[side // 4 : -side // 4, side // 4 : -side // 4, :3] = colour
    return encode_png(rgba)
