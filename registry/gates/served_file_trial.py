"""The served file of a candidate, tried in a process of its own: whatever it does there, the gates go on."""

from pathlib import Path

from registry.gates.evidence import ServedTrial
from registry.trials.serving_code_trial import TrialAnswer
from registry.trials.trial_process import run_trial
from svgai.errors import ModelFault

_TIMEOUT_S = 60.0


def served_file_trial(kind: str, path: Path, timeout_s: float = _TIMEOUT_S) -> ServedTrial:
    """Median time of one prediction of the file at `path`, in ms; or why the serving code cannot use it."""
    try:
        answer = run_trial("registry.trials.serving_code_trial", (kind, str(path)), TrialAnswer, timeout_s)
    except ModelFault as fault:
        return ServedTrial(fault=fault.message)
    return ServedTrial(answer.latency_ms, answer.fault)
