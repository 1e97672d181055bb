"""The record of each file: its output, measurements, inputs, or error."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from svgai.measure.promise import Measure
from svgai.measure.quality import Quality

State = Literal["begun", "converted", "skipped", "failed"]

FOREIGN = "file_exists"
"""Error code of a file that was not converted because a foreign file is in the place of its SVG."""


class FileRecord(BaseModel):
    """
    One file: `output` below the folder of results; `error` and `code` are empty where it was converted.

    `digest` is the SHA-256 of the image file, `recipe` identifies everything else that the SVG depends on: options,
    models, code. `image_bytes` and `seconds` are the file's size and what its conversion took.
    """

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    source: str
    output: str = ""
    state: State = "converted"
    type: str | None = None
    quality: Quality | None = None
    target_quality: float = 0
    met_target: bool = False
    missed: tuple[Measure, ...] = ()
    trials: int = 0
    measured_px: int = 0
    error: str = ""
    code: str = ""
    digest: str = ""
    recipe: str = ""
    version: str = ""
    model_version: str = ""
    image_bytes: int = 0
    seconds: float = 0

    @classmethod
    def failed(cls, source: str, output: str, code: str, error: str) -> Self:
        """The record of a file that could not be converted."""
        return cls(source=source, output=output, state="failed", code=code, error=error or code)

    @property
    def own(self) -> bool:
        """Whether a file at `output`, if any, was made by this command."""
        return self.code != FOREIGN

    @property
    def converted(self) -> bool:
        return self.state == "converted"

    @property
    def key(self) -> tuple[str, str]:
        """Equal for the same image and recipe."""
        return self.digest, self.recipe
