"""Whether nginx, a container engine and a GPU driver are there, and whether the deployment runs."""

import ctypes
import shutil
from collections.abc import Callable, Sequence

from commands.delivery.local_delivery import serving_here
from commands.health.finding import Finding
from containers.engine import find_engine
from rollout.nginx.proxy import nginx_version
from svgai.errors import ContainerFault, DeploymentFault
from svgai.settings import Settings

CUDA = "CUDAExecutionProvider"
_NO_DEVICE = 100
"""Of the driver's results: CUDA_ERROR_NO_DEVICE."""


def nginx_finding() -> Finding:
    """Whether nginx is there and answers, which only a deployment needs."""
    try:
        version = nginx_version()
    except (DeploymentFault, OSError):
        return Finding("nginx", "warning", "not installed; only `svgai deploy` needs it", "apt-get install nginx-light")
    if not version:
        return Finding("nginx", "fault", "it is installed and does not run", "apt-get install --reinstall nginx-light")
    return Finding("nginx", "ok", ".".join(map(str, version)))


def deployment_finding(settings: Settings) -> Finding:
    """Whether what was deployed from this folder runs."""
    serving = serving_here(settings)
    if serving is None:
        return Finding("deployment", "ok", "none from this folder")
    if serving.bento is None or not serving.runs:
        return Finding(
            "deployment", "fault", f"{serving.bento or 'nothing'} does not run at {serving.address}", "svgai deploy"
        )
    return Finding("deployment", "ok", f"{serving.bento} at {serving.address}, {serving.phase}")


def engine_finding(path: str | None = None) -> Finding:
    """Whether podman or docker answers, which only containers need; `path` is where they are looked for."""
    try:
        engine = find_engine(path=path)
    except ContainerFault as fault:
        docker = shutil.which("docker", path=path)
        way_out = "systemctl start docker" if docker else "apt-get install podman runc"
        return Finding("container engine", "warning", str(fault), way_out)
    return Finding("container engine", "ok", f"{engine.name} at {engine.program}")


def gpu_finding(count: Callable[[], int], providers: Sequence[str]) -> Finding:
    """
    Whether GPUs can be used, if ONNX Runtime was built for them.

    Args:
        count: gives how many there are; OSError where the driver is missing or fails.
        providers: those that the installed ONNX Runtime has.
    """
    wanted = CUDA in providers
    try:
        found, reason = count(), "the driver finds no GPU"
    except FileNotFoundError as fault:
        found, reason = 0, str(fault)
    except OSError as fault:
        return Finding("GPU", "warning", str(fault), "nvidia-smi, or reinstall the driver")
    if found and not wanted:
        return Finding(
            "GPU", "ok", f"{found}, and ONNX Runtime here is for the CPU", "svgai build --gpu makes a Bento for it"
        )
    if wanted and not found:
        return Finding("GPU", "warning", f"{reason}: the classifier runs on the CPU", "nvidia-smi")
    return Finding("GPU", "ok", f"{found}, used by the classifier" if found else "none; all runs on the CPU")


def cuda_devices() -> int:
    """
    How many GPUs NVIDIA's driver finds.

    Raises:
        FileNotFoundError: there is no driver.
        OSError: it fails, as one that does not fit the kernel's module.
    """
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as fault:
        raise FileNotFoundError(str(fault)) from None
    found = ctypes.c_int()
    if failure := driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(found)):
        if failure == _NO_DEVICE:
            return 0
        raise OSError(f"the driver fails: CUDA failure {failure}")
    return found.value
