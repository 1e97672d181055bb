"""The two models together: loaded from folders, each file checked against the SHA-256 in its metadata."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from svgai.arms import Arm
from svgai.array_types import Floats, Pixels
from svgai.choose.optimizer import Optimizer, optimizer_from
from svgai.describe.classifier import Classifier, network_from, network_input
from svgai.describe.features import extract_features
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.model_files.input_reference import InputReference
from svgai.model_files.metadata import METADATA, read_entry
from svgai.model_files.training_record import ModelKind


@dataclass(frozen=True)
class ModelFile:
    """One model file with its entry in the folder's metadata.json."""

    path: Path
    version: str
    run_id: str
    size_bytes: int
    sha256: str
    inputs: InputReference | None = None


@dataclass(frozen=True, eq=False)
class ModelInput:
    """The models' inputs for one image: the network's `picture` (3, side, side), and the `features` (f,)."""

    picture: Pixels
    features: Floats


@dataclass(frozen=True, eq=False)
class Analysis:
    """The classifier's output and the features of one image; `probabilities` are in the order of LOGO_TYPES."""

    logo_type: LogoType
    confidence: float
    probabilities: tuple[float, ...]
    features: Floats


@dataclass(frozen=True, eq=False)
class Models:
    """A classifier and an optimizer, ready to use."""

    classifier: Classifier
    optimizer: Optimizer
    files: dict[str, ModelFile]

    @property
    def version(self) -> str:
        return f"classifier:{self.classifier.version},optimizer:{self.optimizer.version}"

    def analyse(self, inputs: Sequence[ModelInput]) -> list[Analysis]:
        """Classify images in one batch."""
        if not inputs:
            return []
        features = np.stack([seen.features for seen in inputs])
        probabilities = self.classifier.probabilities(np.stack([seen.picture for seen in inputs]), features)
        return [
            Analysis(LOGO_TYPES[int(row.argmax())], float(row.max()), tuple(map(float, row)), vector)
            for row, vector in zip(probabilities, features, strict=True)
        ]


def model_input(rgba: Pixels) -> ModelInput:
    """The models' inputs for straight-alpha pixels."""
    return ModelInput(network_input(rgba), extract_features(rgba))


@dataclass(frozen=True)
class ModelContent:
    """The checked bytes of one model file, and its metadata."""

    file: ModelFile
    data: bytes


@dataclass(frozen=True)
class ModelContents:
    """
    The bytes of both models, read once.

    Every process that loads them has the same models, whatever happens to the folder meanwhile.
    """

    classifier: ModelContent
    optimizer: ModelContent

    def load(self, *, gpu: bool = False) -> Models:
        """
        Load both models; with `gpu` the classifier is computed on one where it can be.

        Raises:
            ModelFault: one of them is of another kind.
        """
        classifier, optimizer = self.classifier, self.optimizer
        with _about("classifier"):
            network = network_from(classifier.data, classifier.file.path, gpu=gpu)
        with _about("optimizer"):
            predictor = optimizer_from(optimizer.data, optimizer.file.path, optimizer.file.version)
        return Models(
            Classifier(network, classifier.file.version),
            predictor,
            {"classifier": classifier.file, "optimizer": optimizer.file},
        )


ArmContents = Mapping[Arm, ModelContents]
"""The contents of both models for each arm: only the champion without an A/B test, or none."""


def load_models(
    classifier_folder: Path,
    optimizer_folder: Path,
    classifier_name: str = "classifier.onnx",
    optimizer_name: str = "optimizer.xgb",
    *,
    gpu: bool = False,
) -> Models:
    """
    Load both models from their folders (which may be the same one); with `gpu` the classifier uses one where it can.

    Raises:
        ModelFault: a file is missing, damaged, of another kind, or not the one that the metadata names.
    """
    return ModelSource(classifier_folder, optimizer_folder, classifier_name, optimizer_name).load(gpu=gpu)


@contextmanager
def _about(kind: ModelKind) -> Iterator[None]:
    try:
        yield
    except ModelFault as fault:
        fault.part = kind
        raise


def _read(path: Path, kind: ModelKind) -> ModelContent:
    if not path.is_file():
        raise ModelFault(f"there is no {kind} at {path}")
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise ModelFault(f"{path} cannot be read: {fault.strerror}") from fault
    digest = hashlib.sha256(data).hexdigest()
    entry = read_entry(path.parent, kind)
    vouching = entry.vouching_for(path.name) if entry else None
    if entry is None or vouching is None:
        # Metadata of another file give this one no version.
        return ModelContent(ModelFile(path, digest[:8], "", len(data), digest), data)
    if digest != vouching.sha256:
        names = path.parent / METADATA
        raise ModelFault(f"{path} is not the file that {names} names: its SHA-256 is {digest}, not {vouching.sha256}")
    return ModelContent(ModelFile(path, entry.version, entry.run_id, len(data), digest, entry.inputs), data)


@dataclass(frozen=True)
class ModelSource:
    """The folders and file names of the two models."""

    classifier_folder: Path
    optimizer_folder: Path
    classifier_name: str = "classifier.onnx"
    optimizer_name: str = "optimizer.xgb"

    def read(self) -> ModelContents:
        """
        Read both files, once.

        Raises:
            ModelFault: a file is missing, or not the one that its metadata names.
        """
        with _about("classifier"):
            classifier = _read(self.classifier_folder / self.classifier_name, "classifier")
        with _about("optimizer"):
            optimizer = _read(self.optimizer_folder / self.optimizer_name, "optimizer")
        return ModelContents(classifier, optimizer)

    def load(self, *, gpu: bool = False) -> Models:
        """
        Load both models; with `gpu` the classifier is computed on one where it can be.

        Raises:
            ModelFault: a file is missing, damaged or not the one that its metadata names.
        """
        return self.read().load(gpu=gpu)
