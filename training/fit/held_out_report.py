"""
The report on what a model does with held-out data, as a person finds it below the run of a version in MLflow.

    folder/report/metrics.json   all figures, and the rows of all tables
    folder/report/*.csv          the tables, which MLflow shows as such
    folder/report/*.png          the pictures
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from svgai.model_files.training_record import REPORT_FOLDER

METRICS_FILE = f"{REPORT_FOLDER}/metrics.json"


def write_report(
    folder: Path, metrics: Mapping[str, float], tables: Mapping[str, pd.DataFrame], pictures: Mapping[str, Figure]
) -> None:
    """
    Write a report into the folder of a training; that of an earlier training there goes.

    Tables and pictures are files of their names. What is not known is empty in a table, and null in `METRICS_FILE`.
    """
    place = emptied(folder / REPORT_FOLDER)
    for name, table in tables.items():
        table.to_csv(place / f"{name}.csv", index=False, float_format="%.6g")
    for name, picture in pictures.items():
        picture.savefig(place / f"{name}.png")
    rows = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
    whole = {"metrics": dict(metrics), "tables": rows}
    (folder / METRICS_FILE).write_text(json.dumps(whole, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def emptied(folder: Path) -> Path:
    """The folder, without what an earlier training left in it: it would pass for a part of this one."""
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder
