"""A made-up evaluation."""

import math

import pandas as pd

from evaluation.judge.judged_answers import JUDGED
from evaluation.methods.all_methods import METHODS
from evaluation.report.evaluation_figures import Evaluation
from training.data.datasets import Sample


def _judged(method: str, number: int) -> dict[str, float]:
    """All images but the last are drawings; ours is the worse the larger the image's number."""
    if method not in JUDGED or number == 5:
        return dict.fromkeys(("judge_ssim", "judge_butteraugli", "judge_edge"), math.nan)
    return {"judge_ssim": 0.97, "judge_butteraugli": 20.0 + number, "judge_edge": 0.5}


def evaluation(count: int = 6) -> Evaluation:
    """Images of two types at two targets; ours shrinks with the image's number, and the last one misses."""
    rows = [
        {
            "image": str(number),
            "brand": str(number),
            "type": ("text", "simple")[number % 2],
            "predicted_type": "text",
            "probabilities": (0.1, 0.7, 0.1, 0.1),
            "asked": asked,
            "target": float(asked),
            "method": method,
            "ssim": 0.5 if method == "ours" and number == count - 1 else 0.98,
            "worst": 0.8,
            "delta_e": 1.0,
            "bytes": 3000 // (number + 1) if method == "ours" else 4000 - 100 * place,
            "met": method != "ours" or number < count - 1,
            "seconds": 0.1,
            "trials": 1,
            **_judged(method, number),
        }
        for number in range(count)
        for asked in ("0.9", "0.95")
        for place, method in enumerate(METHODS)
    ]
    samples = tuple(Sample(str(number), None, str(number), b"") for number in range(count))
    return Evaluation(pd.DataFrame(rows), (), samples)
