"""
A container engine for tests: podman or docker, whichever is there, and the base image of the service.

Where no registry of images is reached, a stand-in for the official base is made of Debian packages. What this machine
trusts, the authority of a proxy among it, is trusted while an image is built, and stays in no layer of it.
"""

import os
import resource
import shutil
import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from containers.engine import find_engine
from svgai.errors import ContainerFault
from tests.integration.viewers import missing

CHOICE_VARIABLE = "CONTAINER_ENGINE"
"""podman or docker, on a machine that has both."""

TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
"""Where Debian keeps what it trusts, in a file of every image that has ca-certificates."""

_PROCESSES = 32768
_PACKAGES = ("ca-certificates", "netbase", "tzdata", "python3.11", "python3-pip")
_NOT_IN_SLIM_IMAGES = ("doc", "info", "locale", "man")
_LIKE_THE_OFFICIAL = """
rm -f "$1"/usr/lib/python3.11/EXTERNALLY-MANAGED "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt/*.bin
ln -s ../../bin/python3.11 "$1"/usr/local/bin/python3
ln -s python3 "$1"/usr/local/bin/python
"""


@dataclass(frozen=True)
class ContainerEngine:
    """An engine that answers and has an image `base`; `building` and `running` are the environments for both."""

    name: str
    base: str
    building: Mapping[str, str]
    running: Mapping[str, str]

    def __call__(self, *arguments: str) -> str:
        """What the engine prints; AssertionError if it fails."""
        return self._ended(*arguments).stdout.strip()

    def logs(self, container: str) -> str:
        """All that a container printed, also on its standard error."""
        ended = self._ended("logs", container)
        return ended.stdout + ended.stderr

    def _ended(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [self.name, *arguments], env=self.running, capture_output=True, text=True, check=False, timeout=120
        )
        assert ended.returncode == 0, f"{self.name} {' '.join(arguments)}:\n{ended.stdout}{ended.stderr}"
        return ended


def container_engine(base: str, folder: Path) -> ContainerEngine:
    """The engine of this machine, with a base image; without either the test is skipped, but fails where CI is set."""
    try:
        name = find_engine(os.environ.get(CHOICE_VARIABLE)).name
    except ContainerFault as fault:
        missing(str(fault))
    if name == "podman" and not Path("/run/systemd/system").exists():
        configured = (
            _configuration(folder / f"{use}.conf", trust=use == "building") for use in ("building", "running")
        )
        engine = ContainerEngine(name, base, *(os.environ | {"CONTAINERS_CONF": str(file)} for file in configured))
    else:
        engine = ContainerEngine(name, base, os.environ, os.environ)
    if not engine("images", "--quiet", base) and not _pulled(engine):
        _make_base(engine, folder)
    return engine


def _configuration(file: Path, *, trust: bool) -> Path:
    """For podman without systemd, and where root may not raise its own limits: in another container, say."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    bundle = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    volumes = [f'"{Path(bundle).resolve()}:{TRUSTED}:ro"'] if trust and bundle else []
    file.write_text(
        f"""
[containers]
netns = "host"
default_ulimits = ["nofile={files}:{files}", "nproc={_PROCESSES}:{_PROCESSES}"]
volumes = [{", ".join(volumes)}]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
    )
    return file


def _pulled(engine: ContainerEngine) -> bool:
    pull = [engine.name, "pull", "--quiet", f"docker.io/library/{engine.base}"]
    try:
        return subprocess.run(pull, env=engine.building, capture_output=True, check=False, timeout=120).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _make_base(engine: ContainerEngine, folder: Path) -> None:
    if not shutil.which("mmdebstrap") or os.geteuid() != 0:
        missing(f"{engine.base} can be neither pulled nor made: mmdebstrap and root are wanted")
    archive = folder / "base.tar"
    sources = [str(path) for path in [Path("/etc/apt/sources.list.d/debian.sources")] if path.exists()]
    subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(_PACKAGES)}"),
            *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _NOT_IN_SLIM_IMAGES),
            f"--customize-hook={_LIKE_THE_OFFICIAL}",
            *("bookworm", str(archive), *sources),
        ],
        check=True,
        timeout=600,
    )
    engine("import", "--change", 'CMD ["python3"]', str(archive), f"docker.io/library/{engine.base}")
    archive.unlink()
