"""
A Bento from the versions in Production, frozen by exact number and digest.

Stages are resolved once, here; the Bento and its labels name what they were resolved to, and serving asks nobody. Its
own version is derived from what it is made of: building the same again finds it in the store. It is built in a home of
its own and moved into the store whole: a build that is killed leaves nothing there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bentoml
import yaml
from bentoml.exceptions import BentoMLException, NotFound
from mlflow import MlflowClient

from registry.bento.bento_content import (
    BENTOFILE,
    LABEL_VARIANT,
    Variant,
    content_digest,
    pinned_models,
    read_bentofile,
    source_digest,
    source_patterns,
)
from registry.bento.model_store import StoredModel, import_version
from registry.mlflow_store.git_commit import git_commit
from registry.mlflow_store.versions import REGISTERED_NAMES, in_production
from svgai.errors import RegistryFault
from svgai.model_files.training_record import ModelKind

NAME = "svgai"
LABEL_SOURCE = "source_digest"
_SHOWN_LINES = 15


@dataclass(frozen=True)
class BuiltBento:
    """A Bento in the store; `digest` is that of its content, `created` is false where it was there before."""

    tag: str
    digest: str
    versions: Mapping[ModelKind, int]
    created: bool


def build_bento(
    client: MlflowClient, project_dir: Path, *, version: str | None = None, variant: Variant = "cpu"
) -> BuiltBento:
    """
    Import the Production versions of both models into the BentoML store and build the project's Bento.

    The models' tags reach service.py as the Bento's arguments `classifier` and `optimizer`. `version` names the Bento's
    own version; None: `c<classifier>-o<optimizer>-<digest of what it is made from>`, with `-gpu` for that variant.
    RegistryFault if a model has no single version in Production, `version` names a Bento of something else, or the
    build fails; ModelFault if a file is not the one recorded.
    """
    bentofile = read_bentofile(project_dir, variant)
    patterns = source_patterns(bentofile)
    versions = in_production(client)
    models = [import_version(client, found) for found in versions]
    digest = source_digest(project_dir, patterns, (model.sha256 for model in models))
    parts = [*(f"{model.kind[0]}{model.version}" for model in models), digest[:8]]
    if variant == "gpu":
        parts.append(variant)
    tag = f"{NAME}:{version or '-'.join(parts)}"
    if (present := stored_bento(tag)) is not None:
        if version is not None and bentoml.bentos.get(tag).info.labels.get(LABEL_SOURCE) != digest:
            raise RegistryFault(f"{tag} is there and was made from something else: give another --version")
        return present
    labels = _labels(models, git_commit(project_dir, patterns), digest, variant)
    _build(project_dir, bentofile, models, tag, labels)
    built = {model.kind: model.version for model in models}
    return BuiltBento(tag, content_digest(Path(bentoml.bentos.get(tag).path)), built, created=True)


def stored_bento(tag: str) -> BuiltBento | None:
    """A Bento of the store that says which models it holds; None where there is none."""
    versions = bento_versions(tag)
    if versions is None:
        return None
    return BuiltBento(tag, content_digest(Path(bentoml.bentos.get(tag).path)), versions, created=False)


def bento_versions(tag: str) -> Mapping[ModelKind, int] | None:
    """The model versions that a Bento of the store holds, by its labels; None without it or without labels."""
    try:
        labels = bentoml.bentos.get(tag).info.labels
        return {kind: int(labels[f"{kind}_version"]) for kind in REGISTERED_NAMES}
    except (NotFound, BentoMLException, KeyError, ValueError):
        return None


def _build(
    project_dir: Path, bentofile: Mapping[str, Any], models: Sequence[StoredModel], tag: str, labels: Mapping[str, str]
) -> None:
    name, _, version = tag.partition(":")
    home = Path(bentoml.models.get(models[0].tag).path).parents[2]
    with tempfile.TemporaryDirectory(prefix="svgai-build-", dir=home) as folder:
        (Path(folder) / "models").symlink_to(home / "models")
        (Path(folder) / BENTOFILE).write_text(yaml.safe_dump(dict(bentofile)), encoding="utf-8")
        built = _bentoml_build(project_dir, models, version, labels, Path(folder))
        if built != tag:
            raise RegistryFault(f"service.py makes the Bento {built}, not {tag}: its service is to be named {name}")
        made = Path(folder) / "bentos" / name / version
        _require_models(made, models, tag)
        place = home / "bentos" / name / version
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():  # not whole, or it would have been found
            shutil.rmtree(place)
        made.rename(place)
        # Of several, BentoML takes the one that this file names: what was delivered last (latest_bento.py).
        if not (place.parent / "latest").exists():
            (Path(folder) / "bentos" / name / "latest").replace(place.parent / "latest")


def _bentoml_build(
    project_dir: Path, models: Sequence[StoredModel], version: str, labels: Mapping[str, str], home: Path
) -> str:
    # In a process of its own: BentoML keeps the service.py it imported, so a second build would pin the first's models.
    command = [sys.executable, "-m", "bentoml", "build", "--output", "tag", "--bentofile", str(home / BENTOFILE)]
    for model in models:
        command += ["--arg", f"{model.kind}={model.tag}"]
    for key, value in labels.items():
        command += ["--label", f"{key}={value}"]
    # A narrow terminal would break the line with the tag. The arguments come from the registry, and there is no shell.
    environment = {**os.environ, "BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True", "COLUMNS": "500"}
    result = subprocess.run(  # noqa: S603
        [*command, "--version", version, "."],
        cwd=project_dir,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("__tag__:")]
    if result.returncode != 0 or not lines:
        end = "\n".join((result.stdout + result.stderr).strip().splitlines()[-_SHOWN_LINES:])
        raise RegistryFault(f"bentoml build failed:\n{end}")
    return lines[-1].removeprefix("__tag__:")


def _require_models(bento: Path, models: Sequence[StoredModel], tag: str) -> None:
    if absent := {model.tag for model in models} - pinned_models(bento):
        missing = ", ".join(sorted(absent))
        raise RegistryFault(f"the Bento {tag} does not hold {missing}: service.py ignores its arguments")


def _labels(models: Sequence[StoredModel], commit: str, digest: str, variant: Variant) -> dict[str, str]:
    labels = {"git_commit": commit, LABEL_SOURCE: digest, LABEL_VARIANT: variant}
    for model in models:
        labels[f"{model.kind}_version"] = str(model.version)
        labels[f"{model.kind}_run_id"] = model.run_id
        labels[f"{model.kind}_sha256"] = model.sha256
        labels |= {f"{model.kind}_{name}": f"{value:.4g}" for name, value in sorted(model.metrics.items())}
    return labels
