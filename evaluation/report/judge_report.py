"""The judge's metrics, in Markdown."""

import pandas as pd

from evaluation.report.evaluation_figures import Evaluation
from evaluation.report.judge_figures import ALL
from reports.markdown import number, table

_METHODS = {
    "default": "VTracer's defaults",
    "default, enlarged": "VTracer's defaults, enlarged",
    "potrace": "potrace, enlarged",
    "single best": "the best fixed tracing",
    "ours": "SVG-AI",
}
_COLUMNS = {
    "ssim": ("ssim, mean", ".3f"),
    "worst": ("`worst`, median", ".2f"),
    "worst_p5": ("`worst`, 5 %", ".2f"),
    "bytes": ("bytes, geometric mean", ",.0f"),
    "butteraugli": ("butteraugli, median", ".0f"),
    "butteraugli_p90": ("butteraugli, 90 %", ".0f"),
    "judge_ssim": ("ssim at 4x, mean", ".3f"),
    "edge": ("distance of edges, median", ".2f"),
    "edge_p90": ("distance of edges, 90 %", ".2f"),
    "seconds": ("s, median", ".2f"),
}


def judge_tables(evaluation: Evaluation, target: str | None = None) -> str:
    """A table for each target, or for only one, and each group of images; empty if nothing was judged."""
    figures = evaluation.judge()
    if target is not None:
        figures = figures[figures.index.get_level_values("asked") == target]
    parts = []
    for (asked, images), rows in figures.groupby(level=["asked", "images"], sort=False):
        goal = "each type's default target" if asked == "default" else f"a target of {asked}"
        count = int(rows["count"].iloc[0])
        which = f"{count} image{'' if count == 1 else 's'}{'' if images == ALL else f' of {images}'}"
        parts += [f"**By the judge**, {which}, ours at {goal}:", _table(rows.droplevel(["asked", "images"]))]
    if parts and figures["butteraugli"].isna().all():
        parts.append("butteraugli was not installed, so its figures are missing.")
    return "\n\n".join(parts)


def _table(rows: pd.DataFrame) -> str:
    shown = {name: form for name, form in _COLUMNS.items() if rows[name].notna().any()}
    header = " | ".join(["method", *(title for title, _ in shown.values())])
    return table(
        header,
        [
            (_METHODS[str(method)], *(number(row[name], form) for name, (_, form) in shown.items()))
            for method, row in rows.iterrows()
        ],
    )
