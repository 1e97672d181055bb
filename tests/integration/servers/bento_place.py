"""A small project and a BentoML store of its own, where Bentos of what a registry has in Production are built."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient

from tests.integration.servers.served import ROOT

SERVICE = """\
import bentoml

arguments = bentoml.use_arguments()


@bentoml.service(name="svgai")
class SvgAi:
    classifier = bentoml.models.BentoModel(arguments.classifier)
    optimizer = bentoml.models.BentoModel(arguments.optimizer)

    @bentoml.api
    def tags(self) -> list[str]:
        return [str(self.classifier.tag), str(self.optimizer.tag)]
"""
BENTOFILE = """\
service: "service:SvgAi"
include: ["service.py", "inner/**/*.py"]
python:
  lock_packages: false
  packages: ["bentoml"]
"""
BUILD = """\
import json, sys
from pathlib import Path
from registry.bento.bento_builder import build_bento
from registry.mlflow_store.connection import connect
from registry.mlflow_store.versions import in_staging
from svgai.errors import SvgAiError
try:
    version, variant = sys.argv[3] or None, sys.argv[4]
    client = connect(sys.argv[1])
    challengers = in_staging(client)
    built = build_bento(client, Path(sys.argv[2]), version=version, variant=variant, challengers=challengers)
    print(json.dumps(vars(built) | {"versions": dict(built.versions), "challengers": dict(built.challengers)}))
except SvgAiError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@dataclass(frozen=True)
class BentoPlace:
    """A project and a BentoML store, used by processes of their own as BentoML keeps what it imported."""

    folder: Path
    uri: str
    project: Path

    @property
    def home(self) -> Path:
        return self.folder / "bentoml"

    def bento(self, tag: str) -> Path:
        return self.home.joinpath("bentos", *tag.split(":"))

    def models(self) -> set[str]:
        return {f"{path.parent.name}:{path.name}" for path in self.home.glob("models/*/*/")}

    def start(self, code: str, *arguments: str) -> "subprocess.Popen[str]":
        environment = os.environ | {"BENTOML_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start_build(self, version: str = "", variant: str = "cpu") -> "subprocess.Popen[str]":
        return self.start(BUILD, self.uri, str(self.project), version, variant)

    def build(self, version: str = "", variant: str = "cpu") -> dict[str, object]:
        """What build_bento gave."""
        process = self.start_build(version, variant)
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        built: dict[str, object] = json.loads(out.splitlines()[-1])
        return built

    def refused(self, version: str = "", variant: str = "cpu") -> str:
        """The fault of a build that must fail."""
        process = self.start_build(version, variant)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 1
        return errors


def bento_place(folder: Path, client: MlflowClient) -> BentoPlace:
    """A place in an empty folder, for the registry of a client."""
    made = BentoPlace(folder, client.tracking_uri, folder / "project")
    (made.project / "inner").mkdir(parents=True)
    (made.project / "service.py").write_text(SERVICE)
    (made.project / "inner" / "code.py").write_text("NUMBER = 1\n")
    (made.project / "bentofile.yaml").write_text(BENTOFILE)
    return made
