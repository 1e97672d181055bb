"""An evaluation in Markdown."""

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from evaluation.report.evaluation_figures import Evaluation
from evaluation.report.judge_report import judge_tables
from reports.markdown import number, table


def report(evaluation: Evaluation, command: str, pictures: Mapping[str, Path], document: Path) -> str:
    """The figures of an evaluation as Markdown, with the command that reproduces them and links to its pictures."""
    images = int(evaluation.outcomes["image"].nunique())
    brands = int(evaluation.outcomes["brand"].nunique())
    left_out = f"; {len(evaluation.skipped)} could not be read or traced and are left out" if evaluation.skipped else ""
    summary, by_type = evaluation.summary(), evaluation.by_type()
    parts = [
        f"    {command}",
        f"{_plural(images, 'image')} of {_plural(brands, 'brand')}{left_out}. In brackets: 95 % intervals.",
        judge_tables(evaluation),
    ]
    for asked in summary.index.get_level_values("asked").unique():
        heading = "each type's default target" if asked == "default" else f"a target of {asked}"
        parts += [f"**At {heading}**:", _methods(summary.loc[asked])]
    if by_type["cost_bytes"].notna().any():
        parts += ["**By type**, ours beside the strongest fixed tracings:", _types(by_type)]
    parts += [_equal_bytes(evaluation), _classifier(evaluation)]
    parts += [f"![{title}]({os.path.relpath(path, document.parent)})" for title, path in pictures.items()]
    return "\n\n".join(part for part in parts if part)


def _methods(rows: pd.DataFrame) -> str:
    header = (
        "method | target met | of the reachable | ssim | worst | bytes, mean | bytes, geometric mean | "
        "of the defaults' bytes, both met | bytes, misses counted | gap closed | regret | s, median | s, 95 % | trials"
    )
    return table(
        header,
        [
            (
                method,
                _share(row, "attainment"),
                _share(row, "reachable_attainment"),
                _ranged(row, "ssim", ".3f"),
                _ranged(row, "worst", ".2f"),
                _ranged(row, "bytes", ",.0f"),
                _ranged(row, "geometric_bytes", ",.0f"),
                f"{_share(row, 'bytes_share')} of {int(row['both_met'])}" if row["both_met"] else "-",
                _ranged(row, "cost_bytes", ",.0f"),
                _ranged(row, "gap_closed", ".2f"),
                _ranged(row, "regret", ".2f"),
                number(row["median_seconds"], ".3f"),
                number(row["p95_seconds"], ".3f"),
                number(row["trials"], ".1f"),
            )
            for method, row in rows.iterrows()
        ],
    )


def _types(by_type: pd.DataFrame) -> str:
    fixed, ours = (by_type.xs(method, level="method") for method in ("best per type", "ours"))
    return table(
        "target | type | images | target met, best per type | target met, ours | bytes, misses counted, best per type "
        "| bytes, misses counted, ours | gap closed, best per type | gap closed, ours",
        [
            (
                asked,
                kind or "not known",
                str(int(own["images"])),
                _share(other, "attainment"),
                _share(own, "attainment"),
                _ranged(other, "cost_bytes", ",.0f"),
                _ranged(own, "cost_bytes", ",.0f"),
                _ranged(other, "gap_closed", ".2f"),
                _ranged(own, "gap_closed", ".2f"),
            )
            for ((asked, kind), own), (_, other) in zip(ours.iterrows(), fixed.iterrows(), strict=True)
        ],
    )


def _equal_bytes(evaluation: Evaluation) -> str:
    figures = evaluation.equal_bytes()
    if not figures["images"]:
        return ""
    return (
        f"**At equal bytes**: on {_plural(int(figures['images']), 'image')} one of our SVGs is no larger than that of "
        f"VTracer's defaults. The best of them has an ssim of {number(figures['ssim'], '.3f')} in the mean, "
        f"the defaults have {number(figures['default_ssim'], '.3f')}: {_ranged(pd.Series(figures), 'gain', '+.3f')}."
    )


def _classifier(evaluation: Evaluation) -> str:
    figures = evaluation.classifier()
    if not figures:
        return ""
    recalls = ", ".join(
        f"{name.removeprefix('recall_')} {number(value, '.1%')}"
        for name, value in figures.items()
        if name.startswith("recall_")
    )
    return (
        f"**Classifier**: right on {number(figures['accuracy'], '.1%')} of the labelled images (recall: {recalls}); "
        f"expected calibration error {number(figures['ece'], '.3f')}."
    )


def _share(row: pd.Series, name: str) -> str:
    return _ranged(row, name, ".0%")


def _ranged(row: pd.Series, name: str, form: str) -> str:
    if pd.isna(row[name]):
        return "-"
    low, high = (number(row[f"{name}_{end}"], form).removesuffix(" %") for end in ("low", "high"))
    return f"{number(row[name], form)} ({low} to {high})"


def _plural(count: int, what: str) -> str:
    return f"{count} {what}" + ("s" if count != 1 else "")
