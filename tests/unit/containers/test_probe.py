"""The program that runs inside an image, run here on a folder that is laid out as one."""

import hashlib
import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from containers import probe
from containers.contents import PROBE
from tests.fakes.container_images import write_files

BENTO = "home/bentoml/bento"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The files of an image."""
    write_files(tmp_path)
    return tmp_path


def look(root: Path, *mounted: str) -> dict[str, Any]:
    return probe.contents(str(root), str(root / BENTO), {str(root / place) for place in mounted})


def parts(found: dict[str, Any]) -> list[dict[str, int]]:
    bento = [found["bento"]["code"], found["bento"]["models"]] if found["bento"] else []
    return [*found["distributions"], *found["packages"], *bento, found["interpreter"], *found["other"]]


def size(root: Path, *names: str) -> int:
    return sum((root / name).stat().st_size for name in names)


def test_all_parts_add_up(root: Path) -> None:
    """Every regular file is in one part, whatever number of names it has."""
    found = look(root)
    files = {(path.stat().st_ino, path.stat().st_size) for path in root.rglob("*") if path.is_file()}
    assert found["total"] == {"bytes": sum(length for _, length in files), "files": len(files)}
    assert {key: sum(part[key] for part in parts(found)) for key in ("bytes", "files")} == found["total"]


def test_a_distribution_takes_what_it_lists_and_the_byte_code(root: Path) -> None:
    """Its command outside of its folder, too."""
    (found,) = look(root)["distributions"]
    site = "app/.venv/lib/python3.11/site-packages"
    listed = ["tiny.py", "__pycache__/tiny.cpython-311.pyc", "tiny-1.0.dist-info/METADATA", "tiny-1.0.dist-info/RECORD"]
    assert (found["name"], found["version"]) == ("tiny", "1.0")
    assert found["bytes"] == size(root, "app/.venv/bin/tiny", *(f"{site}/{name}" for name in listed))
    assert found["folder"] == str(root / site)


def test_a_package_takes_its_files_by_way_of_links(root: Path) -> None:
    """/bin/tool is /usr/bin/tool, and what was removed is not there."""
    (found,) = look(root)["packages"]
    assert (found["name"], found["version"], found["architecture"]) == ("tool", "1:2-3", "all")
    assert found["bytes"] == size(root, "usr/bin/tool", "usr/share/doc/tool/copyright")


def test_the_bento_is_told_with_digests_of_its_models(root: Path) -> None:
    """Code and models are parts of their own."""
    found = look(root)["bento"]
    (model,) = found["model_files"]
    assert model["path"] == "models/svgai-classifier/v1/classifier.onnx"
    assert model["sha256"] == hashlib.sha256(b"weights").hexdigest()
    assert found["models"] == {"bytes": len("weights"), "files": 1}
    assert found["code"] == {"bytes": size(root, f"{BENTO}/bento.yaml", f"{BENTO}/src/service.py"), "files": 2}


def test_what_is_mounted_is_no_part_of_the_image(root: Path) -> None:
    """Neither a file nor a folder."""
    whole, without = look(root), look(root, "run", "etc/os-release")
    assert whole["total"]["bytes"] - without["total"]["bytes"] == size(root, "run/left", "etc/os-release")
    assert without["system"] == {"ID": "debian", "VERSION_ID": "12"}


def test_an_image_without_debian_and_bento_is_told(tmp_path: Path) -> None:
    """All of it is other."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/file").write_text("text")
    found = look(tmp_path)
    assert (found["packages"], found["distributions"], found["bento"]) == ([], [], None)
    assert found["other"] == [{"folder": "/a", "bytes": 4, "files": 1}]


def test_python_is_what_lies_in_its_own_folders() -> None:
    """The standard library of the running interpreter is Python's."""
    tree = probe.Tree(str(Path(sysconfig.get_path("stdlib"), "json")), set())
    assert probe.interpreter(tree)["files"] == len(tree.sizes) > 0


def test_it_runs_by_itself(root: Path) -> None:
    """Fed to an isolated Python on stdin, it prints the same."""
    command = [sys.executable, "-I", "-B", "-", str(root), str(root / BENTO)]
    done = subprocess.run(command, input=PROBE.read_bytes(), capture_output=True, check=True)
    assert json.loads(done.stdout) == json.loads(json.dumps(look(root)))
