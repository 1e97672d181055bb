"""The pins in requirements/: complete, consistent, and free of anything that is true of one machine only."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("serving", "all", "dev")


def pins(lock: str, folder: str = "requirements") -> dict[str, str]:
    lines = (ROOT / f"{folder}/{lock}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines)


def named(requirements: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[._-]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize("lock", [*LOCKS, "serving-gpu"])
def test_lock_holds_nothing_but_exact_public_versions(lock: str) -> None:
    """One name==version a line: no addresses, no hashes, no local versions, no options."""
    lines = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z0-9-]+==([0-9]+!)?[0-9][0-9a-z.]*", line) for line in lines)


@pytest.mark.parametrize("smaller,larger", [("serving", "all"), ("all", "dev")])
def test_smaller_lock_is_part_of_the_larger(smaller: str, larger: str) -> None:
    """What is served is what was trained and tested with."""
    assert pins(smaller).items() <= pins(larger).items()


def test_locks_pin_what_the_project_names() -> None:
    """Each dependency of pyproject.toml is pinned where it belongs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert named(project["dependencies"]) <= set(pins("serving"))
    assert named(extras["train"]) <= set(pins("all"))
    assert named(extras["dev"]) <= set(pins("dev"))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_brings_no_cuda(lock: str) -> None:
    """CUDA comes with the torch that pip finds on a machine with a GPU, never from the lock."""
    unwanted = {"xgboost", "triton", "opencv-python", "onnxruntime-gpu"}
    assert not unwanted & set(pins(lock))
    assert not [name for name in pins(lock) if name.startswith(("nvidia-c", "cuda-"))]


def test_gpu_lock_is_the_serving_lock_with_another_onnxruntime() -> None:
    """The rest is pinned alike, in the same order; what is added is CUDA, of one major version with its cuDNN."""
    serving, gpu = pins("serving"), pins("serving-gpu")
    assert list(gpu) == sorted(gpu)
    assert serving.pop("onnxruntime")
    assert gpu.pop("onnxruntime-gpu")
    assert serving.items() <= gpu.items()
    added = {name: gpu[name] for name in gpu.keys() - serving.keys()}
    assert set(added) == {
        *("nvidia-cublas", "nvidia-cuda-nvrtc", "nvidia-cuda-runtime", "nvidia-cudnn-cu13"),
        *("nvidia-cufft", "nvidia-curand", "nvidia-nvjitlink"),
    }
    of_cuda = ("nvidia-cublas", "nvidia-cuda-nvrtc", "nvidia-cuda-runtime", "nvidia-nvjitlink")
    assert {added[name].partition(".")[0] for name in of_cuda} == {"13"}


def test_serving_lock_holds_no_training() -> None:
    """Nothing that only training, the registry or the command line need is put into the Bento."""
    unwanted = {"torch", "mlflow", "mlflow-skinny", "pandas", "scikit-learn", "matplotlib", "onnx", "typer", "pytest"}
    unwanted |= {"dask", "distributed", "joblib"}
    assert not unwanted & set(pins("serving"))


def test_mlflow_server_runs_what_is_tested() -> None:
    """The image has MLflow and all it needs in the versions that the tests start, from the floor that is safe on."""
    server, tested = pins("requirements", "deploy/mlflow"), pins("dev")
    assert {"mlflow", "psycopg2-binary", "flask-wtf", "boto3"} <= set(server)
    assert all(tested[name] == version for name, version in server.items() if name in tested)
    assert tuple(int(part) for part in server["mlflow"].split(".")) >= (3, 17, 2)


def test_every_served_package_has_a_licence_that_is_allowed() -> None:
    """By pip-licenses, with the list in pyproject.toml; each one that is installed is looked at."""
    command = [sys.executable, "-m", "piplicenses", "--packages", *pins("serving"), "--format", "json"]
    looked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert looked.returncode == 0, looked.stderr
    assert {"numpy", "onnxruntime"} <= {one["Name"].lower() for one in json.loads(looked.stdout)}


@pytest.mark.slow
def test_the_bill_of_materials_names_every_served_package() -> None:
    """By cyclonedx-bom, in its version; the same pins give the same bill."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--pyproject", "pyproject.toml"]
    made = [
        subprocess.run(
            [*command, "--output-reproducible", "requirements/serving.txt"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    bill = json.loads(made[0])
    assert bill["metadata"]["component"]["name"] == "svgai"
    assert {one["name"]: one["version"] for one in bill["components"]} == pins("serving")
    assert made[0] == made[1]
