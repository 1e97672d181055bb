"""
What `bentoml containerize` makes of the Bento, beyond BentoML's own recipe.

That recipe has room for shell commands alone, each of which becomes a RUN line as it is written; what is not a shell
command follows on further lines of one.
"""

import bentoml.images

BASE = "python:3.11-slim"

_HOME = "/home/bentoml"
_FOLDERS = tuple(f"{_HOME}/{name}" for name in ("bentos", "envs", "models", "tmp", "prometheus_multiproc_dir"))
"""What BentoML makes at its start where it is missing, which a read-only root would not let it."""

_RECIPE = f"""install --directory --owner bentoml --group bentoml {" ".join(_FOLDERS)}
COPY ./src/deploy/image/install.sh /usr/local/bin/uv
VOLUME ["/tmp", "{_FOLDERS[-1]}"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python3", "-IS", "src/deploy/image/healthcheck.py"]
"""


def container_image() -> bentoml.images.Image:
    """The image: BentoML's recipe for a distribution it does not know, so that it installs no compiler."""
    image = bentoml.images.Image(base_image=BASE, distro="")
    return image.build_include("service.py", "svgai", "deploy/image").run(_RECIPE.rstrip())
