"""Both models from their folders, each file checked against what its metadata names."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from svgai.describe.features import extract_features
from svgai.describe.torch_network import LogoNetwork
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.metadata import METADATA
from svgai.model_files.model_pair import Models, load_models, model_input
from svgai.model_files.training_record import file_sha256
from tests.fakes.tiny_models import drawn_logo


@pytest.fixture
def folder(models_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny models, free to be spoiled."""
    for name in ("classifier.onnx", "optimizer.xgb", METADATA):
        shutil.copy(models_folder / name, tmp_path / name)
    return tmp_path


def rewrite(folder: Path, kind: str, **changes: object) -> None:
    """Change or (with None) leave out what the metadata says of one model."""
    content = json.loads((folder / METADATA).read_text())
    entry = {**content[kind], **changes}
    content[kind] = {name: value for name, value in entry.items() if value is not None}
    (folder / METADATA).write_text(json.dumps(content))


def test_versions_and_runs_come_from_the_metadata(folder: Path) -> None:
    """Each model is known by the registry's number."""
    rewrite(folder, "optimizer", version="12", run_id="abc")
    models = load_models(folder, folder)
    assert models.version == "classifier:1,optimizer:12"
    assert models.files["optimizer"].run_id == "abc"
    assert models.files["classifier"].size_bytes == (folder / "classifier.onnx").stat().st_size


def test_without_metadata_the_digest_is_the_version(folder: Path) -> None:
    """A bare folder, as training leaves it, serves as well."""
    (folder / METADATA).unlink()
    models = load_models(folder, folder)
    assert models.classifier.version == file_sha256(folder / "classifier.onnx")[:8]
    assert models.optimizer.version == file_sha256(folder / "optimizer.xgb")[:8]


def test_each_model_may_have_its_own_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As the Bento keeps them: a folder of one model describes just that one."""
    other = tmp_path_factory.mktemp("optimizer")
    content = json.loads((folder / METADATA).read_text())
    shutil.move(folder / "optimizer.xgb", other / "renamed.xgb")
    (other / METADATA).write_text(json.dumps({"optimizer": {**content["optimizer"], "file": "renamed.xgb"}}))
    (folder / METADATA).write_text(json.dumps({"classifier": content["classifier"]}))
    assert load_models(folder, other, optimizer_name="renamed.xgb").version == "classifier:1,optimizer:1"


@pytest.mark.parametrize("name", ["classifier.onnx", "optimizer.xgb"])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    """The metadata vouch for one content only; the message names both digests."""
    with (folder / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelFault, match=f"{name} is not the file .* SHA-256"):
        load_models(folder, folder)


def test_metadata_of_another_file_lend_it_no_version(folder: Path) -> None:
    """A file that the metadata do not name is known by its digest, not by a version that nobody checked."""
    shutil.move(folder / "optimizer.xgb", folder / "mine.xgb")
    models = load_models(folder, folder, optimizer_name="mine.xgb")
    assert models.optimizer.version == file_sha256(folder / "mine.xgb")[:8]
    assert models.files["optimizer"].run_id == ""


def weights_beside(folder: Path, content: bytes | None = None) -> Path:
    """Weights of a fresh network that the metadata vouch for; `content` is what lies there instead."""
    path = folder / "classifier.pth"
    torch.save(LogoNetwork().state_dict(), path)
    rewrite(folder, "classifier", version="3", weights={"file": path.name, "sha256": file_sha256(path)})
    if content is not None:
        path.write_bytes(content)
    return path


def test_weights_are_served_under_the_same_version(folder: Path) -> None:
    """An entry vouches for the torch weights of its version, too."""
    weights_beside(folder)
    models = load_models(folder, folder, classifier_name="classifier.pth")
    assert models.version == "classifier:3,optimizer:1"
    assert models.files["classifier"].run_id == "tiny"


def test_changed_weights_are_refused(folder: Path) -> None:
    """Before torch sees them."""
    weights_beside(folder, b"something else")
    with pytest.raises(ModelFault, match=r"classifier.pth is not the file .* SHA-256"):
        load_models(folder, folder, classifier_name="classifier.pth")


def test_a_digest_without_a_file_name_still_counts(folder: Path) -> None:
    """Metadata that do not name the file mean the one beside them."""
    rewrite(folder, "optimizer", file=None, sha256="0" * 64)
    with pytest.raises(ModelFault, match="SHA-256"):
        load_models(folder, folder)


@pytest.mark.parametrize("name", ["classifier.onnx", "optimizer.xgb"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """The message says what is missing and where."""
    (folder / name).unlink()
    with pytest.raises(ModelFault, match=f"there is no {name.split('.', maxsplit=1)[0]} at .*{name}"):
        load_models(folder, folder)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "3", "{}", '{"classifier": 1}', '{"classifier": {"file": "x"}}', "\xff"]
)
def test_metadata_that_say_nothing_are_refused(folder: Path, content: str) -> None:
    """Unreadable metadata are a fault, not a reason to trust any file."""
    (folder / METADATA).write_text(content, encoding="latin-1")
    with pytest.raises(ModelFault, match="does not describe the classifier"):
        load_models(folder, folder)


def test_an_analysis_joins_type_and_features(tiny_models: Models) -> None:
    """The likeliest type with its probability, all probabilities in order, and the image's own features."""
    images = [drawn_logo(seed, 48) for seed in (1, 2)]
    found = tiny_models.analyse([model_input(image) for image in images])
    assert len(found) == 2
    for image, analysis in zip(images, found, strict=True):
        assert analysis.logo_type == LOGO_TYPES[int(np.argmax(analysis.probabilities))]
        assert analysis.confidence == max(analysis.probabilities)
        assert sum(analysis.probabilities) == pytest.approx(1, abs=1e-5)
        assert np.array_equal(analysis.features, extract_features(image))


def test_no_images_need_no_analysis(tiny_models: Models) -> None:
    """An empty batch gets an empty answer."""
    assert tiny_models.analyse([]) == []
