"""The two models together: loaded from folders, each file checked against the SHA-256 that its metadata names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from svgai.array_types import Floats, Pixels
from svgai.choose.optimizer import Optimizer, load_optimizer
from svgai.describe.classifier import Classifier, load_network, network_input
from svgai.describe.features import extract_features
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.model_files.metadata import METADATA, read_entry
from svgai.model_files.training_record import ModelKind, file_sha256


@dataclass(frozen=True)
class ModelFile:
    """One model file with what its folder's metadata.json says of it."""

    path: Path
    version: str
    run_id: str
    size_bytes: int


@dataclass(frozen=True, eq=False)
class ModelInput:
    """What the models see of one image: the network's `picture` (3, side, side), and the `features` (f,)."""

    picture: Pixels
    features: Floats


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the classifier and the features say of one image; `probabilities` are in the order of LOGO_TYPES."""

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
    """What the models see of straight-alpha pixels."""
    return ModelInput(network_input(rgba), extract_features(rgba))


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
    with _about("classifier"):
        classifier = _check(classifier_folder / classifier_name, "classifier")
        network = load_network(classifier.path, gpu=gpu)
    with _about("optimizer"):
        optimizer = _check(optimizer_folder / optimizer_name, "optimizer")
        predictor = load_optimizer(optimizer.path, optimizer.version)
    return Models(
        Classifier(network, classifier.version), predictor, {"classifier": classifier, "optimizer": optimizer}
    )


@contextmanager
def _about(kind: ModelKind) -> Iterator[None]:
    try:
        yield
    except ModelFault as fault:
        fault.part = kind
        raise


def _check(path: Path, kind: ModelKind) -> ModelFile:
    if not path.is_file():
        raise ModelFault(f"there is no {kind} at {path}")
    digest, size = file_sha256(path), path.stat().st_size
    entry = read_entry(path.parent, kind)
    vouching = entry.vouching_for(path.name) if entry else None
    if entry is None or vouching is None:
        # Metadata of another file, or none at all, lend this one no version.
        return ModelFile(path, digest[:8], "", size)
    if digest != vouching.sha256:
        names = path.parent / METADATA
        raise ModelFault(f"{path} is not the file that {names} names: its SHA-256 is {digest}, not {vouching.sha256}")
    return ModelFile(path, entry.version, entry.run_id, size)


@dataclass(frozen=True)
class ModelSource:
    """The folders and file names of the two models."""

    classifier_folder: Path
    optimizer_folder: Path
    classifier_name: str = "classifier.onnx"
    optimizer_name: str = "optimizer.xgb"

    def load(self, *, gpu: bool = False) -> Models:
        """
        Load both models; with `gpu` the classifier is computed on one where it can be.

        Raises:
            ModelFault: a file is missing, damaged or not the one that its metadata names.
        """
        names = self.classifier_name, self.optimizer_name
        return load_models(self.classifier_folder, self.optimizer_folder, *names, gpu=gpu)
