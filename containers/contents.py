"""The contents of an image as measured by the probe: Python distributions, Debian packages, the Bento, the rest."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from containers.engine import Engine, Image
from svgai.errors import ContainerFault

PROBE = Path(__file__).with_name("probe.py")
BENTO_FOLDER = "/home/bentoml/bento"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Part(_Value):
    """Files of an image: their number and total size in bytes."""

    bytes: int
    files: int


class Distribution(Part):
    """A Python distribution in `folder`: its files by RECORD, and their bytecode. `name` is normalised."""

    name: str
    version: str
    folder: str


class Package(Part):
    """A Debian package."""

    name: str
    version: str
    architecture: str


class Folder(Part):
    """Unclaimed files below a folder of the image."""

    folder: str


class ModelFile(_Value):
    """A file of a model; `path` is relative to the Bento."""

    path: str
    bytes: int
    sha256: str


class Bento(_Value):
    """The Bento's own files. `description` is its bento.yaml."""

    description: str
    code: Part
    models: Part
    model_files: tuple[ModelFile, ...]


class Contents(_Value):
    """All regular files of an image, each in exactly one part: the parts add up to `total`."""

    total: Part
    python: str
    system: dict[str, str]
    distributions: tuple[Distribution, ...]
    packages: tuple[Package, ...]
    bento: Bento | None
    interpreter: Part
    other: tuple[Folder, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        bento = (self.bento.code, self.bento.models) if self.bento else ()
        return (*self.distributions, *self.packages, *bento, self.interpreter, *self.other)


def measure(engine: Engine, image: Image) -> Contents:
    """
    Inspect an image in a temporary container.

    Raises:
        ContainerFault: the probe does not run in it, or its output is incomplete.
    """
    folder = next((line.partition("=")[2] for line in image.env if line.startswith("BENTO_PATH=")), BENTO_FOLDER)
    told = engine.run_python(image.reference, PROBE.read_text(encoding="utf-8"), ["/", folder, *image.volumes])
    try:
        contents = Contents.model_validate(told)
    except ValidationError as fault:
        raise ContainerFault(f"the probe told something unexpected of {image.reference}: {fault}") from fault
    for what in ("bytes", "files"):
        total, parts = getattr(contents.total, what), sum(getattr(part, what) for part in contents.parts)
        if total != parts:
            raise ContainerFault(f"the parts of {image.reference} hold {parts} {what}, all of it {total}: look anew")
    return contents
