"""
Additions to BentoML's own image recipe for `bentoml containerize`.

That recipe only accepts shell commands, each of which becomes a RUN line; other instructions follow on further lines of
a command.
"""

from pathlib import Path
from typing import Any

import bentoml.images
from bentoml.exceptions import InvalidArgument

BASE = "python:3.11-slim"

_HOME = "/home/bentoml"
_FOLDERS = tuple(f"{_HOME}/{name}" for name in ("bentos", "envs", "models", "tmp", "prometheus_multiproc_dir"))
"""Folders that BentoML creates at its start if they are missing, which fails on a read-only root."""

# By the second of its names, so that users can override it by either.
_RECIPE = f"""install --directory --owner bentoml --group bentoml {" ".join(_FOLDERS)}
COPY ./src/deploy/image/install.sh /usr/local/bin/uv
VOLUME ["/tmp", "{_FOLDERS[-1]}"]
ENV QUALITY_TRACKING_DB=sqlite:////tmp/quality_tracking.db
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python3", "-IS", "src/deploy/image/healthcheck.py"]
"""


def container_image(absent: str = "") -> bentoml.images.Image:
    """
    The image: BentoML's recipe for an unknown distribution, so that it installs no compiler.

    `absent` says why a Bento would lack its models: a build then fails with it, and serving goes on.
    """

    class PinnedImage(bentoml.images.Image):  # type: ignore[misc]
        """Requirements that are exact already, for which BentoML would install uv and never use it."""

        def freeze(self, *arguments: Any) -> Any:
            if absent:
                raise InvalidArgument(absent)
            return super().freeze(*arguments)

        def _freeze_python_requirements(self, bento_fs: Path, platform_: str | None = None) -> str:
            if self.lock_python_packages:
                return str(super()._freeze_python_requirements(bento_fs, platform_))
            folder = bento_fs / "env" / "python"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "requirements.in").write_text(self.python_requirements, encoding="utf-8")
            return str(self.python_requirements)

    image = PinnedImage(base_image=BASE, distro="")
    return image.build_include("service.py", "svgai", "deploy/image").run(_RECIPE.rstrip())


def absent_models(tags: dict[str, str], stored: frozenset[str]) -> str:
    """Why a Bento of models with these tags, by kind, cannot be built if only some are stored, and the remedy."""
    missing = [tag for kind, tag in tags.items() if kind not in stored]
    if not missing:
        return ""
    named = " ".join(f"--arg {kind}=TAG" for kind in tags)
    return (
        f"the BentoML store has no {' and no '.join(missing)}, and a Bento without its models never gets ready. "
        "`svgai build` makes one of the versions in Production, and `make serve` trains the first of them; "
        f"`bentoml models list` shows what could be named instead: bentoml build {named}"
    )
