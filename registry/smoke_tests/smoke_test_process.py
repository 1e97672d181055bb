"""Runs a smoke test of model files as a separate program, so that a damaged file cannot crash the caller."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from svgai.errors import ModelFault

_SHOWN = 300
# XGBoost goes on without them where they are not installed, as in a Bento; importing them was two thirds of the time.
_PROGRAM = """
import runpy, sys
sys.modules.update(pandas=None, sklearn=None)
runpy.run_module(sys.argv.pop(1), run_name="__main__")
"""

Answer = TypeVar("Answer", bound=BaseModel)


class SmokeTestAnswer(BaseModel):
    """What the smoke test of a served file prints: the median latency, or why there is none."""

    latency_ms: float | None = None
    fault: str = ""


def run_smoke_test(module: str, arguments: tuple[str, ...], answer: type[Answer], timeout_s: float) -> Answer:
    """
    Run a module as a program, as `python -m` does, and return the JSON object that it prints.

    It finds neither pandas nor scikit-learn: a Bento has neither.

    Raises:
        ModelFault: it printed none within its time, or exited without.
    """
    root = Path(__file__).parents[2]
    search_path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
    environment = {**os.environ, "PYTHONPATH": search_path, "OMP_NUM_THREADS": "1"}
    try:
        # Nothing of the command comes from outside but the files' content, which is what is on trial.
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-c", _PROGRAM, module, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ModelFault(f"it gave no prediction within {timeout_s:g} s") from None
    if ended.returncode < 0:
        raise ModelFault(f"it ended the process with signal {-ended.returncode}")
    try:
        return answer.model_validate_json(ended.stdout.strip().rpartition("\n")[2])
    except ValidationError:
        end = ended.stderr.strip()[-_SHOWN:] or "no answer"
        raise ModelFault(f"the trial failed with exit code {ended.returncode}: {end}") from None
