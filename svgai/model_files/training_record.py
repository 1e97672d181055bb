"""
The record that a training run writes to a folder, and the registry logs.

    folder/training.json       the record
    folder/<model_file>        classifier.onnx or optimizer.xgb, as it will be served
    folder/report/*            what it does with held-out data: metrics.json, tables, pictures for a person
    folder/figures/*.png       other pictures for a person
    folder/artifacts/*         anything else worth keeping (weights, the outcomes of held-out items)

Not covered: how the numbers are computed (training) and where they are logged (registry).
"""

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeFloat, ValidationError

from svgai.errors import ModelFault
from svgai.model_files.input_reference import InputReference
from svgai.whole_files import write_whole

RECORD_FILE = "training.json"
REPORT_FOLDER = "report"
FIGURES_FOLDER = "figures"
ARTIFACTS_FOLDER = "artifacts"
HELD_OUT_FILE = f"{ARTIFACTS_FOLDER}/held_out.parquet"
"""One row per held-out item: item, brand, type, then a column for each metric that is its mean."""
WEIGHTS_FILE = f"{ARTIFACTS_FOLDER}/classifier.pth"
"""The classifier's torch weights: for further training, and for serving where torch is installed."""

ModelKind = Literal["classifier", "optimizer"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TrainingDataset(BaseModel):
    """The images or trials that a model was trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    digest: str = Field(min_length=1, description="Changes whenever the content does.")
    rows: int = Field(ge=0)
    source: str = Field(min_length=1, description="Where it came from: a generator with its seed, or a folder.")
    path: str = Field(default="", description="Where it lay, relative to the project where it was inside.")
    description: str = Field(default="", description="What it is, for a person.")


class HeldOut(BaseModel):
    """Contents of HELD_OUT_FILE: versions with the same `digest` are compared item by item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: int = Field(ge=1)
    digest: str = Field(min_length=1, description="Of the items and what is true of them: the same for the same ones.")
    sha256: Sha256


class TrainingRecord(BaseModel):
    """One finished training."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    kind: ModelKind
    model_file: str = Field(
        pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", description="Name of the served file, in the same folder."
    )
    sha256: Sha256
    parameters: dict[str, bool | int | float | str]
    metrics: dict[str, FiniteFloat] = Field(description="Final values, measured on held-out data.")
    history: tuple[dict[str, FiniteFloat], ...] = Field(
        default=(), description="One entry per epoch or boosting round."
    )
    dataset: TrainingDataset
    held_out: HeldOut | None = Field(default=None, description="None where no outcomes by item were kept.")
    weights_sha256: Sha256 | None = Field(
        default=None, description="Of WEIGHTS_FILE; None where none were kept, or by a training before they had one."
    )
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    inputs: InputReference | None = Field(default=None, description="What incoming images are compared with.")
    created: AwareDatetime
    seconds: NonNegativeFloat = Field(description="Wall-clock time of the training.")


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def validation_faults(error: ValidationError) -> list[str]:
    """The errors in the content of a file, each with its place."""
    return [f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()]


def write_record(folder: Path, record: TrainingRecord) -> None:
    """
    Write `record` beside its model file, as the last step of a training.

    It is written atomically, so that a folder with a record is complete. ModelFault if the model file is missing or not
    the one recorded.
    """
    _check_model_file(folder, record)
    write_whole(folder / RECORD_FILE, record.model_dump_json(indent=2) + "\n")


def read_record(folder: Path) -> TrainingRecord:
    """Read and check the record of `folder`; ModelFault if it is missing, invalid or of another model file."""
    path = folder / RECORD_FILE
    try:
        record = TrainingRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelFault(f"{folder} holds no finished training: cannot read {path.name} ({error.strerror})") from error
    except ValidationError as error:
        raise ModelFault(f"{path} is not a valid training record: {'; '.join(validation_faults(error))}") from error
    _check_model_file(folder, record)
    return record


def _check_model_file(folder: Path, record: TrainingRecord) -> None:
    path = folder / record.model_file
    if not path.is_file():
        raise ModelFault(f"{folder} lacks the model file {record.model_file}")
    if file_sha256(path) != record.sha256:
        raise ModelFault(f"{path} is not the file that was trained: its SHA-256 differs from the record's")
