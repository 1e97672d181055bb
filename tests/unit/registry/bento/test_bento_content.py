"""The digests of what goes into a Bento, and of what came out."""

from pathlib import Path

import pytest

from registry.bento.bento_content import (
    content_digest,
    pinned_models,
    read_bentofile,
    source_digest,
    source_patterns,
)
from svgai.errors import RegistryFault

# BentoML's, at its import.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")

DESCRIPTION = """\
name: svgai
version: {version}
creation_time: {time}
labels: {{git_commit: {commit}}}
services:
- name: svgai
  models:
  - {{tag: "svgai-classifier:v1-00000000", creation_time: {time}}}
  - {{tag: "svgai-optimizer:v1-00000000", creation_time: {time}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose bentofile takes in a folder of code and the requirements."""
    (tmp_path / "inner" / "__pycache__").mkdir(parents=True)
    (tmp_path / "bentofile.yaml").write_text("include: ['inner/**/*.py']\npython: {requirements_txt: pins.txt}\n")
    (tmp_path / "inner" / "code.py").write_text("NUMBER = 1\n")
    (tmp_path / "pins.txt").write_text("numpy==2\n")
    return tmp_path


def digest_of(project: Path, *models: str) -> str:
    return source_digest(project, source_patterns(read_bentofile(project)), models)


@pytest.mark.parametrize("changed", ["inner/code.py", "inner/new.py", "pins.txt"])
def test_whatever_goes_in_changes_the_digest(project: Path, changed: str) -> None:
    """A changed file, a new one, other requirements."""
    before = digest_of(project)
    (project / changed).write_text("changed\n")
    assert digest_of(project) != before


def test_a_renamed_file_and_another_model_change_the_digest(project: Path) -> None:
    """Where the bytes are all the same, too."""
    before = digest_of(project, "a", "b")
    assert digest_of(project, "a", "c") != before
    (project / "inner" / "code.py").rename(project / "inner" / "codes.py")
    assert digest_of(project, "a", "b") != before


def test_a_pattern_may_fit_folders(project: Path) -> None:
    """BentoML takes in the files below them; so does the digest."""
    (project / "bentofile.yaml").write_text("include: ['inner/**/*']\n")
    (project / "inner" / "deeper").mkdir()
    before = digest_of(project)
    (project / "inner" / "deeper" / "page.css").write_text("p {}\n")
    assert digest_of(project) != before


@pytest.mark.parametrize("beside", ["notes.md", "inner/__pycache__/code.py"])
def test_what_does_not_go_in_does_not_change_the_digest(project: Path, beside: str) -> None:
    """Files that no pattern fits, and those that Python leaves."""
    before = digest_of(project)
    (project / beside).write_text("beside\n")
    assert digest_of(project) == before


def test_a_project_without_a_bentofile_is_told(tmp_path: Path) -> None:
    """With the folder where it was looked for."""
    with pytest.raises(RegistryFault, match=r"holds no bentofile\.yaml"):
        read_bentofile(tmp_path)


def test_a_gpu_takes_the_requirements_beside(project: Path) -> None:
    """They alone are what its digest is made of; the rest of the bentofile is the same."""
    (project / "pins-gpu.txt").write_text("numpy==2\n")
    plain, gpu = read_bentofile(project), read_bentofile(project, "gpu")
    assert gpu == plain | {"python": {"requirements_txt": "pins-gpu.txt"}}
    assert source_patterns(gpu) == ("bentofile.yaml", "inner/**/*.py", "pins-gpu.txt")
    before = source_digest(project, source_patterns(gpu), ())
    assert before != digest_of(project)
    (project / "pins.txt").write_text("numpy==3\n")
    assert source_digest(project, source_patterns(gpu), ()) == before
    (project / "pins-gpu.txt").write_text("numpy==3\n")
    assert source_digest(project, source_patterns(gpu), ()) != before


def test_a_gpu_without_requirements_is_told_how_to_get_them(project: Path) -> None:
    """The file that is missing is named, or the entry of the bentofile."""
    with pytest.raises(RegistryFault, match=r"holds no pins-gpu\.txt.*make lock"):
        read_bentofile(project, "gpu")
    (project / "bentofile.yaml").write_text("include: []\npython: {packages: [bentoml]}\n")
    with pytest.raises(RegistryFault, match="names no requirements_txt"):
        read_bentofile(project, "gpu")


def bento(folder: Path, version: str = "one", time: str = "2026-01-01", commit: str = "abc") -> Path:
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "service.py").write_text("pass\n")
    (folder / "bento.yaml").write_text(DESCRIPTION.format(version=version, time=time, commit=commit))
    return folder


def test_name_and_time_of_a_build_are_not_its_content(tmp_path: Path) -> None:
    """Nor is what Python leaves there when it is served; its labels and its files are."""
    one = bento(tmp_path / "1")
    assert content_digest(one) == content_digest(bento(tmp_path / "2", version="two", time="2027-02-02"))
    assert content_digest(one) != content_digest(bento(tmp_path / "3", commit="def"))
    before = content_digest(one)
    (one / "src" / "__pycache__").mkdir()
    (one / "src" / "__pycache__" / "service.pyc").touch()
    assert content_digest(one) == before
    (one / "src" / "service.py").write_text("spoiled\n")
    assert content_digest(one) != before


def test_the_models_of_a_bento_are_told_by_its_description(tmp_path: Path) -> None:
    """Those of all its services."""
    expected = {"svgai-classifier:v1-00000000", "svgai-optimizer:v1-00000000"}
    assert pinned_models(bento(tmp_path / "1")) == expected


@pytest.mark.parametrize("left", ["", "services: ["])
def test_a_damaged_description_names_no_models(tmp_path: Path, left: str) -> None:
    """As a power cut may leave it."""
    damaged = bento(tmp_path / "1")
    (damaged / "bento.yaml").write_text(left)
    assert pinned_models(damaged) == set()
