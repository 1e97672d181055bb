"""
The report on a model's results on held-out data, as shown in MLflow under the run of a version.

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
    Write a report into a training folder and replace an earlier one there.

    Tables and pictures are files named after them. Missing values are empty in a table, and null in `METRICS_FILE`.
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
    """The folder, without files of an earlier training, which would be mistaken for a part of this one."""
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder
