"""Which logged files are plain data."""

import pickle
import zipfile
from pathlib import Path

import pytest
import torch

from registry.gates.plain_files import MODEL_SUFFIXES, RUN_SUFFIXES, file_faults
from svgai.describe.torch_network import LogoNetwork


class Payload:
    """Loading its pickle runs code."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("it ran",)


def faults(folder: Path, suffixes: frozenset[str] = RUN_SUFFIXES) -> list[str]:
    return list(file_faults(folder, suffixes))


def test_what_a_training_leaves_is_plain(tmp_path: Path) -> None:
    """The weights too: their pickle builds tensors and nothing else."""
    (tmp_path / "artifacts").mkdir()
    torch.save(LogoNetwork(4, 0.1).state_dict(), tmp_path / "artifacts" / "classifier.pth")
    (tmp_path / "training.json").write_text("{}")
    (tmp_path / "figure.png").write_bytes(b"\x89PNG")
    (tmp_path / "table.csv").write_text("type,images\n")
    assert faults(tmp_path) == []


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_known_by_its_content(tmp_path: Path, protocol: int) -> None:
    """Whatever it is called."""
    (tmp_path / "model.onnx").write_bytes(pickle.dumps(Payload(), protocol))
    assert faults(tmp_path) == ["model.onnx is a pickle"]


def test_weights_that_run_code_are_refused(tmp_path: Path) -> None:
    """What they would call is named."""
    torch.save({"weights": Payload()}, tmp_path / "classifier.pth")
    (fault,) = faults(tmp_path)
    assert "builds more than tensors" in fault
    assert "print" in fault


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no archive", b"weights"])
def test_damaged_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    """What cannot be read cannot be judged."""
    (tmp_path / "classifier.pth").write_bytes(content)
    (fault,) = faults(tmp_path)
    assert "archive" in fault


def test_weights_that_cannot_be_unpacked_are_refused(tmp_path: Path) -> None:
    """Encrypted, or damaged inside: a gate says so, and does not end the watcher."""
    path = tmp_path / "classifier.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", bytes(range(256)) * 50)
    whole = path.read_bytes()
    entry = whole.rfind(b"PK\x01\x02")
    encrypted = whole[:6] + b"\x01" + whole[7 : entry + 8] + b"\x01" + whole[entry + 9 :]
    for content in (encrypted, whole[:60] + bytes(30) + whole[90:]):
        path.write_bytes(content)
        (fault,) = faults(tmp_path)
        assert "damaged archive" in fault


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    """Its own word for the size of its pickles, all together, is enough: no more than that would be read."""
    with zipfile.ZipFile(tmp_path / "classifier.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"a/{number}.pkl", b"(" * 250_000 + b".")
    (fault,) = faults(tmp_path)
    assert "holds pickles of 1000004 bytes" in fault


def test_unknown_kinds_archives_and_links_are_refused(tmp_path: Path) -> None:
    """A logged model has fewer kinds of files than a training."""
    (tmp_path / "model.pkl").write_bytes(b"")
    (tmp_path / "weights.pth").write_bytes(b"")
    (tmp_path / "model.ubj").write_bytes(b"PK\x03\x04")
    (tmp_path / "model.json").symlink_to("/etc/passwd")
    (tmp_path / "MLmodel").write_text("flavors: {}")
    assert faults(tmp_path, MODEL_SUFFIXES) == [
        "model.json is a link",
        "model.pkl is of no known plain kind",
        "model.ubj is an archive",
        "weights.pth is of no known plain kind",
    ]
