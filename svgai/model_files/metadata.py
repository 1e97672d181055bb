"""
`metadata.json` beside model files names their versions in the registry.

    {"classifier": {"file", "sha256", "size_bytes", "version", "run_id", "metrics", "features", "classes",
                    "weights": {"file", "sha256", "size_bytes"}},
     "optimizer": {the same, without weights},
     "exported": {"at", "svgai", "git_commit"}}

An entry needs no more than `sha256` and `version`. A folder of one model describes only that one. Other fields are
ignored.
"""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from svgai.errors import ModelFault
from svgai.model_files.input_reference import InputReference
from svgai.model_files.training_record import ModelKind, Sha256, validation_faults

METADATA = "metadata.json"

FileName = Annotated[
    str, Field(pattern=r"^[^/\\\x00-\x1f\x7f]+$", max_length=255, description="Of a file in the same folder.")
]


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    sha256: Sha256
    size_bytes: NonNegativeInt | None = None


class WeightsEntry(_Content):
    """The torch weights of a classifier, which may be served in place of its ONNX file."""

    file: FileName


class ModelEntry(_Content):
    """A version of the registry, and the files that hold it. Without a file name, it applies to the served file."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    file: FileName | None = None
    version: str = Field(pattern=r"^[ -~]+$", description="Printable ASCII: answers name it in a header.")
    run_id: str = ""
    metrics: dict[str, float] = Field(default={}, description="Final values, measured on held-out data.")
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    weights: WeightsEntry | None = None
    inputs: InputReference | None = Field(default=None, description="What incoming images are compared with.")

    @property
    def files(self) -> tuple["ModelEntry | WeightsEntry", ...]:
        """The digest of a file's content."""
        return (self, self.weights) if self.weights else (self,)

    def vouching_for(self, name: str) -> "ModelEntry | WeightsEntry | None":
        """The entry of the file of this name; None if it is not part of the version."""
        unnamed = self if self.file is None else None
        return next((entry for entry in self.files if entry.file == name), unnamed)


class Export(BaseModel):
    """When and by which code a folder was exported from the registry."""

    model_config = ConfigDict(frozen=True, extra="allow")

    at: AwareDatetime
    svgai: str = Field(description="Version of SVG-AI.")
    git_commit: str


class Metadata(BaseModel):
    """A whole metadata.json."""

    model_config = ConfigDict(frozen=True, extra="allow")

    classifier: ModelEntry | None = None
    optimizer: ModelEntry | None = None
    exported: Export | None = None

    def entry(self, kind: ModelKind) -> ModelEntry | None:
        return self.classifier if kind == "classifier" else self.optimizer


def read_entry(folder: Path, kind: ModelKind) -> ModelEntry | None:
    """
    The metadata of one model in `folder`; None where the folder has none.

    Raises:
        ModelFault: they cannot be read, or do not describe it.
    """
    path = folder / METADATA
    if not path.is_file():
        return None
    try:
        content: Any = json.loads(path.read_bytes())
        return ModelEntry.model_validate(content[kind])
    except ValidationError as error:
        raise ModelFault(f"{path} does not describe the {kind}: {'; '.join(validation_faults(error))}") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise ModelFault(f"{path} does not describe the {kind}: {fault!r}") from fault


def write_metadata(folder: Path, metadata: Metadata) -> None:
    """Write the known fields."""
    text = metadata.model_dump_json(indent=2, exclude_none=True, exclude_defaults=True)
    (folder / METADATA).write_text(text + "\n", encoding="utf-8")
