"""Which execution provider a session is opened on, and what is said where that is not the one that was wanted."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.describe.execution_providers import CPU, CUDA, Provider, choose_providers, open_session

CPU_BUILD = ("AzureExecutionProvider", CPU)
GPU_BUILD = ("TensorrtExecutionProvider", CUDA, CPU)


class FakeSession:
    """A session that runs on what it was opened with, but for what is left out."""

    def __init__(self, providers: list[Provider], left_out: str = "") -> None:
        names = [provider if isinstance(provider, str) else provider[0] for provider in providers]
        self._providers = [name for name in names if name != left_out]

    def get_providers(self) -> list[str]:
        return self._providers


def without_device(providers: list[Provider]) -> FakeSession:
    """As ONNX Runtime behaves where the driver is too old, or finds no device."""
    session = FakeSession(providers)
    if CUDA in session.get_providers():
        raise RuntimeError("CUDA failure 100:\n  no CUDA-capable device is detected")
    return session


def without_libraries(providers: list[Provider]) -> FakeSession:
    """As ONNX Runtime behaves where libraries that it needs cannot be loaded."""
    return FakeSession(providers, left_out=CUDA)


def prepared() -> None:
    """A driver and all libraries are there."""


def no_driver() -> None:
    raise OSError("libcuda.so.1: cannot open shared object file")


@given(st.lists(st.sampled_from(sorted({*CPU_BUILD, *GPU_BUILD})), unique=True))
def test_cuda_goes_first_where_it_is_and_the_cpu_is_always_last(available: list[str]) -> None:
    """In whatever order they are listed; no other provider is taken."""
    *preferred, last = choose_providers(available)
    assert last == CPU
    assert preferred == [name for name in available if name == CUDA]


def test_a_gpu_that_works_is_used(caplog: pytest.LogCaptureFixture) -> None:
    """Without a word."""
    session = open_session(FakeSession, choose_providers(GPU_BUILD), prepared)
    assert session.get_providers() == [CUDA, CPU]
    assert not caplog.records


def test_a_cpu_build_touches_no_cuda(caplog: pytest.LogCaptureFixture) -> None:
    """No library is looked for, and nothing is said."""
    session = open_session(FakeSession, choose_providers(CPU_BUILD), no_driver)
    assert session.get_providers() == [CPU]
    assert not caplog.records


@pytest.mark.parametrize(
    "make, prepare, reason",
    [
        (FakeSession, no_driver, "libcuda.so.1: cannot open shared object file"),
        (without_device, prepared, "CUDA failure 100: no CUDA-capable device is detected"),
        (without_libraries, prepared, "left CUDA out"),
    ],
)
def test_a_gpu_that_cannot_be_used_is_told_once(
    make: Callable[[list[Provider]], FakeSession],
    prepare: Callable[[], None],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The CPU answers in its place, whichever way CUDA fails, and one warning of one line has the reason."""
    session = open_session(make, choose_providers(GPU_BUILD), prepare)
    assert session.get_providers() == [CPU]
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "runs on the CPU" in record.message
    fault: str = record.fault  # type: ignore[attr-defined]
    assert reason in fault
    assert "\n" not in fault


def test_what_fails_on_the_cpu_too_is_raised() -> None:
    """A damaged model is no matter of the GPU."""

    def damaged(_: list[Provider]) -> FakeSession:
        raise ValueError("not a protobuf")

    with pytest.raises(ValueError, match="not a protobuf"):
        open_session(damaged, choose_providers(GPU_BUILD), prepared)
