"""
A Bento from the versions in Production, and challengers from Staging, frozen by exact number and digest.

Stages are resolved once, here; the Bento and its labels name the resolved versions, and serving does not use the
registry. Its own version is derived from its contents: building the same again finds it in the store. It is built in a
separate home and moved into the store atomically: a killed build leaves nothing there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bentoml
import yaml
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
    stored_labels,
)
from registry.bento.model_store import StoredModel, import_version
from registry.mlflow_store.git_commit import git_commit
from registry.mlflow_store.versions import REGISTERED_NAMES, TAG_SHA256, Version, in_production
from svgai.errors import RegistryFault
from svgai.model_files.training_record import ModelKind

NAME = "svgai"
LABEL_SOURCE = "source_digest"
CHALLENGER = "challenger_"
"""Prefix of challengers' arguments and labels."""

_SHOWN_LINES = 15


@dataclass(frozen=True)
class HeldModel:
    """A model of a Bento by its labels: the number of its version, and the SHA-256 of its file."""

    number: int
    sha256: str

    def is_file_of(self, version: Version) -> bool:
        """Whether it is this version. Another registry has other files under the same numbers."""
        return (self.number, self.sha256) == (version.number, version.tags.get(TAG_SHA256, ""))


@dataclass(frozen=True)
class BuiltBento:
    """
    A Bento in the store.

    Attributes:
        digest: Of its content.
        versions: What it serves.
        created: False if it existed before.
        challengers: The versions of its A/B test; empty without one.
    """

    tag: str
    digest: str
    versions: Mapping[ModelKind, int]
    created: bool
    challengers: Mapping[ModelKind, int] = field(default_factory=dict)


def build_bento(
    client: MlflowClient,
    project_dir: Path,
    *,
    version: str | None = None,
    variant: Variant = "cpu",
    challengers: Sequence[Version] = (),
) -> BuiltBento:
    """
    Import the Production versions of both models, and challengers, into the BentoML store and build a Bento of them.

    The models' tags reach service.py as the Bento's arguments `classifier` and `optimizer`, and those of challengers as
    `challenger_classifier` and `challenger_optimizer`. `version` names the Bento's own version; None:
    `c<classifier>-o<optimizer>-<digest of what it is made from>`, with `-ab-<challengers>` before the digest where it
    has any, and `-gpu` for that variant.
    RegistryFault if a model has no single version in Production, `version` names a Bento of something else, or the
    build fails; ModelFault if a file is not the one recorded.
    """
    bentofile = read_bentofile(project_dir, variant)
    patterns = source_patterns(bentofile)
    versions = in_production(client)
    models = [import_version(client, found) for found in versions]
    challenging = [import_version(client, found) for found in challengers]
    shas = made_from({one.kind: one.sha256 for one in models}, {one.kind: one.sha256 for one in challenging})
    digest = source_digest(project_dir, patterns, shas)
    parts = [_short(model) for model in models]
    if challenging:
        parts += ["ab", *(_short(model) for model in challenging)]
    parts.append(digest[:8])
    if variant == "gpu":
        parts.append(variant)
    tag = f"{NAME}:{version or '-'.join(parts)}"
    if (present := stored_bento(tag)) is not None:
        if version is not None and stored_labels(tag).get(LABEL_SOURCE) != digest:
            raise RegistryFault(f"{tag} is there and was made from something else: give another --version")
        return present
    labels = {"git_commit": git_commit(project_dir, patterns), LABEL_SOURCE: digest, LABEL_VARIANT: variant}
    roles = {model.kind: model for model in models} | {f"{CHALLENGER}{model.kind}": model for model in challenging}
    for role, model in roles.items():
        labels |= _labels(role, model)
    _build(project_dir, bentofile, roles, tag, labels)
    built, tried = ({model.kind: model.version for model in some} for some in (models, challenging))
    return BuiltBento(tag, content_digest(Path(bentoml.bentos.get(tag).path)), built, created=True, challengers=tried)


def made_from(served: Mapping[ModelKind, str], challengers: Mapping[ModelKind, str]) -> list[str]:
    """The models' part of the source digest, by the SHA-256 of each."""
    return [
        *(served.get(kind, "") for kind in REGISTERED_NAMES),
        *(f"{CHALLENGER}{kind}:{challengers[kind]}" for kind in REGISTERED_NAMES if kind in challengers),
    ]


def stored_bento(tag: str) -> BuiltBento | None:
    """A Bento of the store with labels of its models; None if there is none."""
    held = held_models(tag)
    if held is None:
        return None
    served, tried = ({kind: one.number for kind, one in some.items()} for some in (held, held_challengers(tag)))
    digest = content_digest(Path(bentoml.bentos.get(tag).path))
    return BuiltBento(tag, digest, served, created=False, challengers=tried)


def held_models(tag: str) -> Mapping[ModelKind, HeldModel] | None:
    """The models that a Bento of the store serves, by its labels; None without it or without labels of both."""
    held = _held(tag, "")
    return held if held.keys() == REGISTERED_NAMES.keys() else None


def held_challengers(tag: str) -> Mapping[ModelKind, HeldModel]:
    """The challengers of its A/B test; empty without one."""
    return _held(tag, CHALLENGER)


def _held(tag: str, role: str) -> Mapping[ModelKind, HeldModel]:
    labels = stored_labels(tag)
    try:
        return {
            kind: HeldModel(int(labels[f"{role}{kind}_version"]), labels.get(f"{role}{kind}_sha256", ""))
            for kind in REGISTERED_NAMES
            if f"{role}{kind}_version" in labels
        }
    except ValueError:
        return {}


def _short(model: StoredModel) -> str:
    """The kind's first letter with the version."""
    return f"{model.kind[0]}{model.version}"


def _build(
    project_dir: Path,
    bentofile: Mapping[str, Any],
    roles: Mapping[str, StoredModel],
    tag: str,
    labels: Mapping[str, str],
) -> None:
    name, _, version = tag.partition(":")
    models = tuple(roles.values())
    home = Path(bentoml.models.get(models[0].tag).path).parents[2]
    with tempfile.TemporaryDirectory(prefix="svgai-build-", dir=home) as folder:
        (Path(folder) / "models").symlink_to(home / "models")
        (Path(folder) / BENTOFILE).write_text(yaml.safe_dump(dict(bentofile)), encoding="utf-8")
        built = _bentoml_build(project_dir, roles, version, labels, Path(folder))
        if built != tag:
            raise RegistryFault(f"service.py makes the Bento {built}, not {tag}: its service is to be named {name}")
        made = Path(folder) / "bentos" / name / version
        _require_models(made, models, tag)
        place = home / "bentos" / name / version
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():  # incomplete, or it would have been found
            shutil.rmtree(place)
        made.rename(place)
        # Of several, BentoML takes the one that this file names: what was delivered last (latest_bento.py).
        if not (place.parent / "latest").exists():
            (Path(folder) / "bentos" / name / "latest").replace(place.parent / "latest")


def _bentoml_build(
    project_dir: Path, roles: Mapping[str, StoredModel], version: str, labels: Mapping[str, str], home: Path
) -> str:
    # In a separate process: BentoML caches the imported service.py, so a second build would pin the first one's models.
    command = [sys.executable, "-m", "bentoml", "build", "--output", "tag", "--bentofile", str(home / BENTOFILE)]
    for role, model in roles.items():
        command += ["--arg", f"{role}={model.tag}"]
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


def _require_models(bento: Path, models: Iterable[StoredModel], tag: str) -> None:
    if absent := {model.tag for model in models} - pinned_models(bento):
        missing = ", ".join(sorted(absent))
        raise RegistryFault(f"the Bento {tag} does not hold {missing}: service.py ignores its arguments")


def _labels(role: str, model: StoredModel) -> dict[str, str]:
    known = {"version": str(model.version), "run_id": model.run_id, "sha256": model.sha256}
    figures = {name: f"{value:.4g}" for name, value in sorted(model.metrics.items())}
    return {f"{role}_{name}": value for name, value in (known | figures).items()}
