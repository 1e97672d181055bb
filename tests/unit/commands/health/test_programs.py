"""Whether programs that a deployment needs are there and answer."""

from pathlib import Path

import pytest

from commands.health.programs import CUDA, cuda_devices, deployment_finding, engine_finding, gpu_finding, nginx_finding
from rollout.state import Service, State, write_state
from svgai.settings import Settings


def _program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_an_nginx_that_does_not_run_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one whose libraries are missing."""
    _program(tmp_path, "nginx", "echo cannot open shared object file >&2; exit 127")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nginx_finding().state == "fault"
    _program(tmp_path, "nginx", "echo nginx version: nginx/1.2.3 >&2")
    assert nginx_finding().told == "1.2.3"


def test_an_engine_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    """A daemon that does not run is started, what is missing is installed."""
    assert engine_finding(str(tmp_path)).way_out == "apt-get install podman runc"
    _program(tmp_path, "docker", "echo cannot connect to the daemon >&2; exit 1")
    found = engine_finding(str(tmp_path))
    assert (found.state, found.way_out) == ("warning", "systemctl start docker")
    assert "cannot connect to the daemon" in found.told
    _program(tmp_path, "docker", "exit 0")
    assert engine_finding(str(tmp_path)).state == "ok"


def test_a_gpu_is_told_by_what_it_is_used_for() -> None:
    """One that an ONNX Runtime for CUDA does not find is a warning, one that nothing asks for none."""
    assert gpu_finding(lambda: 0, ["CPUExecutionProvider"]).state == "ok"
    assert gpu_finding(lambda: 2, ["CPUExecutionProvider"]).way_out.startswith("svgai build --gpu")
    assert gpu_finding(lambda: 2, [CUDA]).told == "2, used by the classifier"
    assert gpu_finding(lambda: 0, [CUDA]).state == "warning"


def test_a_driver_that_fails_is_a_warning() -> None:
    """One that is not there is so only for an ONNX Runtime for CUDA."""

    def absent() -> int:
        raise FileNotFoundError("libcuda.so.1: cannot open shared object file")

    def failing() -> int:
        raise OSError("the driver fails: CUDA failure 35")

    assert gpu_finding(absent, []).state == "ok"
    assert "libcuda" in gpu_finding(absent, [CUDA]).told
    assert (gpu_finding(failing, []).state, gpu_finding(failing, []).told) == (
        "warning",
        "the driver fails: CUDA failure 35",
    )


def test_this_machine_says_how_many_gpus_it_has() -> None:
    """Or that it has no driver."""
    try:
        assert cuda_devices() >= 0
    except FileNotFoundError as fault:
        assert "libcuda" in str(fault)  # noqa: PT017 - either is right, by the machine


def test_a_deployment_that_does_not_run_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is none."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None)
    assert deployment_finding(settings).state == "ok"
    state = State(host="127.0.0.1", port=3000, live=Service(bento="svgai:gone", port=1))
    write_state(Path(".svgai/deployment"), state)
    found = deployment_finding(settings)
    assert (found.state, found.way_out, "svgai:gone" in found.told) == ("fault", "svgai deploy", True)
