"""An image for tests: the files of one in a folder, an engine that runs programs on them, and what it would hold."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from containers.contents import Bento, Contents, Distribution, Folder, ModelFile, Package, Part
from containers.engine import Image, Layer

DIGEST = "ab" * 32
DESCRIPTION = f"""
name: svgai
version: c3-o5-1a2b3c4d
labels: {{git_commit: 1f2e3d, classifier_version: '3', classifier_run_id: r7, classifier_sha256: {DIGEST}}}
args: {{classifier: 'svgai-classifier:v3-abab'}}
"""
MODEL = ModelFile(path="models/svgai-classifier/v3-abab/classifier.onnx", bytes=9, sha256=DIGEST)
IMAGE = Image(
    reference="svgai:test",
    id="f" * 64,
    created=datetime(2026, 5, 4, 3, 2, 1, 999, tzinfo=UTC),
    architecture="amd64",
    bytes=9_500_000,
    user="bentoml",
    env=("PATH=/app/.venv/bin", "BENTO_PATH=/bento"),
    ports=("3000/tcp",),
    volumes=("/data",),
    healthcheck=("CMD", "check"),
    layers=(Layer(command="/bin/sh -c #(nop) ADD file:1 in /", bytes=9_000_000), Layer(command="COPY a", bytes=10)),
)


def distribution(name: str = "numpy", size: int = 4_000_000, **fields: Any) -> Distribution:
    usual = {"name": name, "version": "1.0", "folder": "/app/site-packages"}
    return Distribution.model_validate({"bytes": size, "files": 1, **usual, **fields})


def package(name: str = "libc6", size: int = 2_000_000, **fields: Any) -> Package:
    usual = {"name": name, "version": "2.36-9+deb12u1", "architecture": "amd64"}
    return Package.model_validate({"bytes": size, "files": 1, **usual, **fields})


def bento(*model_files: ModelFile, description: str = DESCRIPTION) -> Bento:
    return Bento(
        description=description,
        code=Part(bytes=1000, files=1),
        models=Part(bytes=sum(file.bytes for file in model_files), files=len(model_files)),
        model_files=model_files,
    )


BENTO = bento(MODEL)


def contents(
    *,
    distributions: Sequence[Distribution] = (distribution(),),
    packages: Sequence[Package] = (package(),),
    held: Bento | None = BENTO,
    interpreter: int = 0,
) -> Contents:
    """What an image holds; the parts add up."""
    parts = Contents(
        total=Part(bytes=0, files=0),
        python="3.11.2",
        system={"ID": "debian", "VERSION_ID": "12"},
        distributions=tuple(distributions),
        packages=tuple(packages),
        bento=held,
        interpreter=Part(bytes=interpreter, files=1 if interpreter else 0),
        other=(Folder(folder="/etc", bytes=7, files=1),),
    )
    total = Part(bytes=sum(part.bytes for part in parts.parts), files=sum(part.files for part in parts.parts))
    return parts.model_copy(update={"total": total})


class FakeEngine:
    """An engine that answers what it was given, and keeps what it was asked."""

    def __init__(self, answer: object) -> None:
        self.arguments: list[str] = []
        self._answer = answer

    def inspect(self, reference: str) -> Image:
        return IMAGE.model_copy(update={"reference": reference})

    def run_python(self, reference: str, program: str, arguments: Sequence[str]) -> Any:
        assert reference == IMAGE.reference
        compile(program, "probe", "exec")
        self.arguments = list(arguments)
        return self._answer

    def compressed_bytes(self, image: Image, progress: Callable[[int, int], None]) -> int:
        raise NotImplementedError


def write_files(root: Path) -> None:
    """The files of a small image: a distribution, a package, a Bento with a model, and others."""
    site = "app/.venv/lib/python3.11/site-packages"
    record = "tiny.py,,\n../../../bin/tiny,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/RECORD,,\n"
    metadata = "Metadata-Version: 2.4\nName: Tiny\nVersion: 1.0\n"
    status = "Package: tool\nStatus: install ok installed\nArchitecture: all\nVersion: 1:2-3\n"
    removed = "Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n"
    files = {
        f"{site}/tiny.py": "print()\n",
        f"{site}/__pycache__/tiny.cpython-311.pyc": "byte code",
        f"{site}/tiny-1.0.dist-info/METADATA": metadata,
        f"{site}/tiny-1.0.dist-info/RECORD": record,
        "app/.venv/bin/tiny": "#!",
        "usr/bin/tool": "a tool",
        "usr/share/doc/tool/copyright": "License: GPL-2+\n text\n\nLicense: Expat\n",
        "var/lib/dpkg/status": f"{status}\n{removed}",
        "var/lib/dpkg/info/tool.list": "/.\n/bin\n/bin/tool\n/usr/share/doc/tool/copyright\n",
        "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian"\n',
        "home/bentoml/bento/bento.yaml": "name: svgai\nversion: c1-o1-00000000\n",
        "home/bentoml/bento/src/service.py": "pass\n",
        "home/bentoml/bento/models/svgai-classifier/v1/classifier.onnx": "weights",
        "run/left": "left over",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "bin").symlink_to("usr/bin")
    (root / "run/again").hardlink_to(root / "run/left")


_ENGINE = """
import json, subprocess, sys
what, root = sys.argv[1:], {root!r}
if what[:1] == ["info"]:
    sys.exit({broken!r})
if "absent" in what:
    sys.exit("Error: no such image")
if what[:2] == ["image", "inspect"]:
    print({described!r})
elif what[:1] == ["history"]:
    print({history!r})
elif what[:2] == ["image", "save"]:
    if "chatty" in what:
        sys.stderr.write("a layer is copied " * 10_000)
    sys.stdout.write("layer " * 100_000)
    sys.exit("disk full" if "unsaved" in what else 0)
elif what[:1] == ["run"]:
    _, *rest = what[what.index("-") + 1 :]
    sys.exit(subprocess.call([sys.executable, "-I", "-B", "-", root, *(root + place for place in rest)]))
"""


def install_engine(name: str, folder: Path, root: Path, *, broken: str = "") -> Path:
    """A command `name` in a folder that speaks as the engine of that name and runs programs on the files below root."""
    config: dict[str, object] = {"User": "bentoml", "Env": ["A=b"], "ExposedPorts": {"3000/tcp": {}}}
    described: dict[str, object] = {
        "Id": "sha256:" + "c" * 64,
        "Created": "2026-05-04T03:02:01.5Z",
        "Architecture": "amd64",
        "Size": 700_000,
        "Config": config,
    }
    check = {"Test": ["CMD", "check"]}
    if name == "podman":
        described["Healthcheck"] = check
        steps = [{"CreatedBy": "RUN b", "size": 0}, {"CreatedBy": "ADD a", "size": 700_000}]
        history = json.dumps(steps)
    else:
        config["Healthcheck"] = check
        history = '{"CreatedBy": "RUN b", "Size": "0"}\n{"CreatedBy": "ADD a", "Size": "700000"}'
    told = {"root": str(root), "described": json.dumps([described]), "history": history, "broken": broken or 0}
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / name
    command.write_text(f"#!{sys.executable}\n{_ENGINE.format(**told)}")
    command.chmod(0o755)
    return command
