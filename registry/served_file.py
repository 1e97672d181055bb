"""The served file of a candidate, tried in a process of its own: whatever it does there, the gates go on."""

import os
import subprocess
import sys
from pathlib import Path

from pydantic import ValidationError

from registry.gate_evidence import ServedTrial
from registry.serving_trial import TrialAnswer

_TIMEOUT_S = 60.0
_SHOWN = 300


def served_file_trial(kind: str, path: Path, timeout_s: float = _TIMEOUT_S) -> ServedTrial:
    """Median time of one prediction of the file at `path`, in ms; or why the serving code cannot use it."""
    root = Path(__file__).parents[1]
    search_path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
    environment = {**os.environ, "PYTHONPATH": search_path, "OMP_NUM_THREADS": "1"}
    try:
        # Nothing of the command comes from outside but the file's content, which is what is on trial.
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-m", "registry.serving_trial", kind, str(path)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ServedTrial(fault=f"it gave no prediction within {timeout_s:g} s")
    if ended.returncode < 0:
        return ServedTrial(fault=f"it ended the process with signal {-ended.returncode}")
    try:
        answer = TrialAnswer.model_validate_json(ended.stdout.strip().rpartition("\n")[2])
    except ValidationError:
        end = ended.stderr.strip()[-_SHOWN:] or "no answer"
        return ServedTrial(fault=f"the trial failed with exit code {ended.returncode}: {end}")
    return ServedTrial(answer.latency_ms, answer.fault)
