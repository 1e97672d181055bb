"""
A stack in one file, and a stack made of one: databases, the registry's artifacts, models, settings, with digests.

The file is a tar. What is in it is named, with its SHA-256, in manifest.json, and nothing is put back before all of it
is as that says. It holds the stack's secrets.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from stack.compose import Compose, find_compose
from stack.environment import ENV_FILE, read_environment
from stack.health import wait_until_healthy
from stack.installation import refresh
from stack.release import STATE_FILE, read_release, services_of, write_release
from svgai.errors import StackFault

MANIFEST = "manifest.json"
DATABASES = ("quality", "mlflow")
_SETTINGS = "settings.tar"
_MODELS = "models.tar"
_ARTIFACTS = "artifacts.tar"
_IMAGE = "image.tar"
_KEPT = (ENV_FILE, STATE_FILE, "certificate", "alertmanager", "switch")
_OF_ARTIFACTS = "/var/lib/mlflow/artifacts"
_SAVED = "/tmp/saved"  # noqa: S108  # nosec B108 - of a container
_BLOCK = 1 << 20


class Manifest(BaseModel):
    """What an archive holds: the image that served, and the SHA-256 of each of its files."""

    model_config = ConfigDict(frozen=True)

    made: AwareDatetime
    image: str
    files: dict[str, str]

    @classmethod
    def of(cls, folder: Path, image: str) -> Self:
        """Of all files in a folder."""
        files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
        return cls(made=datetime.now(UTC), image=image, files=files)


def save(compose: Compose, file: Path, *, with_image: bool = False) -> None:
    """
    Write an archive of a stack that runs; `with_image` for a machine that cannot pull the service's image.

    Raises:
        StackFault: a part cannot be read; no archive is left then.
    """
    release = read_release(compose.folder)
    if release is None:
        raise StackFault("the stack was never started; there is nothing to save")
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        folder = Path(temporary)
        compose.inside("backup", "sh", "/etc/svgai/backup/save.sh", _SAVED)
        try:
            for database in DATABASES:
                compose.inside("backup", "cat", f"{_SAVED}/{database}.dump", into=folder / f"{database}.dump")
        finally:
            compose.inside("backup", "rm", "-r", _SAVED)
        # After the databases: an artifact too many harms nobody, one too few does.
        if "mlflow" in compose.environment.profiles:
            place = f"--directory={_OF_ARTIFACTS}"
            compose.inside("mlflow", "tar", "--create", place, ".", into=folder / _ARTIFACTS)
        replica = services_of(release.live)[0]
        compose.inside(replica, "tar", "--create", "--directory=models", ".", into=folder / _MODELS)
        with tarfile.open(folder / _SETTINGS, "w") as settings:
            for name in _KEPT:
                settings.add(compose.folder / name, name)
        if with_image:
            compose.engine.call(["save", "--output", str(folder / _IMAGE), release.image], "the image is not saved")
        manifest = Manifest.of(folder, release.image)
        (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        _pack(folder, file)


def restore(file: Path, folder: Path, say: Callable[[str], None], show: Callable[[str], None]) -> Compose:
    """
    Make the stack of an archive where there is none: its folder, its databases, its artifacts. It is not started yet.

    Raises:
        StackFault: the archive is damaged, or there is a stack already, or its volumes are.
    """
    if (folder / ENV_FILE).exists():
        raise StackFault(f"there is a stack in {folder} already: an archive is put back where there is none")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as temporary:
        parts = Path(temporary)
        manifest = _unpack(file, parts)
        say(f"{file} is whole: {len(manifest.files)} parts of {manifest.made:%Y-%m-%d %H:%M} UTC")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        with tarfile.open(parts / _SETTINGS) as settings:
            settings.extractall(folder, filter="data")
        environment = read_environment(folder)
        refresh(folder, environment)
        compose = find_compose(folder, environment, show)
        release = read_release(folder)
        if release is None:
            raise StackFault(f"{file} says nothing of what served")
        write_release(folder, release)
        if _IMAGE in manifest.files:
            compose.engine.call(["load", "--input", str(parts / _IMAGE)], "the image cannot be loaded")
        try:
            _fill(compose, parts)
        except StackFault:
            # The next try finds an empty machine again, as this one did.
            (folder / ENV_FILE).unlink()
            raise
    return compose


def require_models(compose: Compose, file: Path) -> None:
    """
    See that the replicas serve the models of an archive.

    Raises:
        StackFault: they do not.
    """
    release = read_release(compose.folder)
    assert release is not None
    with tempfile.TemporaryDirectory(dir=compose.folder) as temporary:
        parts = Path(temporary)
        _unpack(file, parts)
        wanted = _contents(parts / _MODELS)
        for replica in services_of(release.live):
            compose.inside(replica, "tar", "--create", "--directory=models", ".", into=parts / "served.tar")
            if _contents(parts / "served.tar") != wanted:
                raise StackFault(f"{replica} serves other models than those of {file}")


def _fill(compose: Compose, parts: Path) -> None:
    compose.change("up", "--detach", "--no-deps", "postgres")
    wait_until_healthy(compose, ("postgres",))
    for database in DATABASES:
        tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        psql = ("psql", "--username=postgres", f"--dbname={database}", "--tuples-only", "--no-align", "-c", tables)
        if compose.inside("postgres", *psql).strip() != "0":
            raise StackFault(f"the volume of PostgreSQL has a database {database} with tables in it: remove it first")
        compose.change(
            *("exec", "-T", "postgres", "pg_restore", "--username=postgres", f"--dbname={database}"),
            "--exit-on-error",
            given=parts / f"{database}.dump",
        )
    if (parts / _ARTIFACTS).exists():
        compose.change(
            *("run", "--rm", "-T", "--no-deps", "--entrypoint", "tar", "mlflow"),
            *("--extract", "--no-same-permissions", f"--directory={_OF_ARTIFACTS}"),
            given=parts / _ARTIFACTS,
        )


def _pack(folder: Path, file: Path) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        with (
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
            tarfile.open(fileobj=out, mode="w") as archive,
        ):
            # The manifest first: who looks into it need not read gigabytes.
            for path in sorted(folder.iterdir(), key=lambda path: (path.name != MANIFEST, path.name)):
                archive.add(path, path.name)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _unpack(file: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, tarfile.TarError, ValidationError) as fault:
        raise StackFault(f"{file} is no archive of a stack, or is damaged: {fault}") from fault
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise StackFault(f"{file} is damaged: {name} is not what its manifest says")
    return manifest


def _contents(archive: Path) -> str:
    """Digests of the files of models in a tar, by their paths."""
    with tarfile.open(archive) as opened:
        held = {
            entry.name: hashlib.sha256(stream.read()).hexdigest()
            for entry in opened
            if entry.isfile() and (stream := opened.extractfile(entry))
        }
    return json.dumps(held, sort_keys=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
