"""The judge's metrics of each method over all judged images, and over those of one colour with potrace."""

import numpy as np
import pandas as pd

from evaluation.judge.judged_answers import JUDGED
from evaluation.methods.all_methods import POTRACE

ALL, ONE_COLOUR = "all", "one colour"
"""The images: all judged ones, or those that potrace can trace."""

_ROW = ["asked", "images", "method"]


def judge_figures(outcomes: pd.DataFrame) -> pd.DataFrame:
    """
    Figures by target, images (ALL, ONE_COLOUR) and method; all methods of a group are measured on the same images.

    Columns: count (of images); at the image's own size ssim (mean), worst (median), worst_p5 (5th percentile) and bytes
    (geometric mean); by the judge judge_ssim (mean), butteraugli, butteraugli_p90, edge and edge_p90 (medians and 90th
    percentiles); seconds (median). Without that program butteraugli is NaN; if nothing was judged there is no row.
    """
    judged = outcomes[outcomes["judge_ssim"].notna()]
    one_colour = judged["image"].isin(judged.loc[judged["method"] == POTRACE, "image"])
    groups = {ALL: judged[judged["method"] != POTRACE], ONE_COLOUR: judged[one_colour]}
    rows = [
        {"asked": asked, "images": images, "method": method, **_figures(own)}
        for asked in judged["asked"].unique()
        for images, group in groups.items()
        for method in JUDGED
        for own in [group[(group["asked"] == asked) & (group["method"] == method)]]
        if len(own)
    ]
    return pd.DataFrame(rows or None, columns=None if rows else _ROW).set_index(_ROW)


def _figures(own: pd.DataFrame) -> dict[str, float]:
    return {
        "count": len(own),
        "ssim": float(own["ssim"].mean()),
        "worst": float(own["worst"].median()),
        "worst_p5": float(own["worst"].quantile(0.05)),
        "bytes": float(np.exp(np.log(own["bytes"]).mean())),
        "judge_ssim": float(own["judge_ssim"].mean()),
        "butteraugli": float(own["judge_butteraugli"].median()),
        "butteraugli_p90": float(own["judge_butteraugli"].quantile(0.9)),
        "edge": float(own["judge_edge"].median()),
        "edge_p90": float(own["judge_edge"].quantile(0.9)),
        "seconds": float(own["seconds"].median()),
    }
