"""What ONNX Runtime computes on: a GPU, by CUDA, where the installed build and the machine have one, else the CPU."""

import ctypes
import logging
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import onnxruntime

logger = logging.getLogger("svgai.execution_providers")

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"

_CUDA_OPTIONS = {
    # TF32, the default, drops 13 bits of every factor; the gates measured the network without it.
    "use_tf32": "0",
    # The default tries all algorithms out for each new size of batch, while requests wait.
    "cudnn_conv_algo_search": "HEURISTIC",
}

Provider = str | tuple[str, dict[str, str]]


class Session(Protocol):
    """The part of an ONNX Runtime session that is used here."""

    def get_providers(self) -> list[str]: ...


AnySession = TypeVar("AnySession", bound=Session)


def choose_providers(available: Sequence[str]) -> tuple[str, ...]:
    """The providers to use, of those that ONNX Runtime was built with: CUDA first if available, the CPU last."""
    return (CUDA, CPU) if CUDA in available else (CPU,)


def load_cuda() -> None:
    """
    Load the driver, and the CUDA libraries of pip's packages, which are not where the linker looks for them.

    Raises:
        OSError: there is no NVIDIA driver, or it is not visible in this container.
    """
    # First: without a driver ONNX Runtime falls back silently, after loading a gigabyte of libraries.
    ctypes.CDLL("libcuda.so.1")
    onnxruntime.preload_dlls()


def open_session(
    make: Callable[[list[Provider]], AnySession],
    providers: Sequence[str],
    prepare_cuda: Callable[[], None] = load_cuda,
) -> AnySession:
    """
    Open a session on the first provider that works; a warning says why where CUDA was asked for and that is not it.

    Args:
        make: opens a session on providers, the preferred one first; it raises, or leaves a provider out, where that
            cannot be used. What it raises on the CPU alone passes through.
        providers: names of providers, of choose_providers.
        prepare_cuda: is called before CUDA is used.
    """
    if CUDA in providers:
        try:
            prepare_cuda()
            session = make([(CUDA, _CUDA_OPTIONS), CPU])
        except Exception as fault:  # noqa: BLE001 - a missing driver, an old one, no device: each has a type of its own
            reason = " ".join(str(fault).split())
        else:
            if CUDA in session.get_providers():
                return session
            reason = "ONNX Runtime left CUDA out; what it printed before this line says why"
        logger.warning("the GPU cannot be used; the classifier runs on the CPU", extra={"fault": reason})
    return make([CPU])
