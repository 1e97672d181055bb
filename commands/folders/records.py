"""What is kept of each file: what was made of it, how well, from what, and why not."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from svgai.measure.promise import Measure
from svgai.measure.quality import Quality

State = Literal["begun", "converted", "skipped", "failed"]

FOREIGN = "file_exists"
"""The code of a file that was not converted because something else lies in the place of its SVG."""


class FileRecord(BaseModel):
    """
    One file: `output` below the folder of results; `error` and `code` are empty where it was converted.

    `digest` is the SHA-256 of the image file, `recipe` stands for all that the SVG depends on beside it: options,
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
        """What is kept of a file that could not be converted."""
        return cls(source=source, output=output, state="failed", code=code, error=error or code)

    @property
    def own(self) -> bool:
        """Whether what lies at `output` is of this command, if anything does."""
        return self.code != FOREIGN

    @property
    def converted(self) -> bool:
        return self.state == "converted"

    @property
    def key(self) -> tuple[str, str]:
        """Equal where the same image was converted in the same way."""
        return self.digest, self.recipe
