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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from containers.engine import CommandEngine, find_engine
from svgai.errors import ContainerFault
from tests.integration.servers.viewers import missing

CHOICE_VARIABLE = "CONTAINER_ENGINE"
"""podman or docker, on a machine that has both."""

TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
"""Where Debian keeps what it trusts, in a file of every image that has ca-certificates."""

_CONFIGURATION = "CONTAINERS_CONF"
_PROCESSES = 32768
_NETWORKS = '[network]\nnetwork_backend = "netavark"'
_PROGRAMS = ("/usr/lib/podman", "/usr/libexec/podman")
_PACKAGES = ("ca-certificates", "netbase", "tzdata", "python3.11", "python3-pip")
_NOT_IN_SLIM_IMAGES = ("doc", "info", "locale", "man")
_LIKE_THE_OFFICIAL = """
rm -f "$1"/usr/lib/python3.11/EXTERNALLY-MANAGED "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt/*.bin
ln -s ../../bin/python3.11 "$1"/usr/local/bin/python3
ln -s python3 "$1"/usr/local/bin/python
"""


@contextmanager
def container_engine(
    base: str, folder: Path, *, networks: bool = False
) -> Iterator[tuple[CommandEngine, Mapping[str, str]]]:
    """
    The engine of this machine, which has a base image, and the variables that a build is to have.

    With `networks` containers have some of their own, else that of this machine.

    Without either the test is skipped, but fails where CI is set.
    """
    try:
        engine = find_engine(os.environ.get(CHOICE_VARIABLE))
    except ContainerFault as fault:
        missing(str(fault))
    building: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as environment:
        if engine.name == "podman" and not Path("/run/systemd/system").exists():
            environment.setenv(
                _CONFIGURATION, str(_configuration(folder / "running.conf", trust=False, networks=networks))
            )
            building[_CONFIGURATION] = str(_configuration(folder / "building.conf", trust=True))
        if networks and engine.name == "podman" and not any(Path(folder, "netavark").exists() for folder in _PROGRAMS):
            missing("netavark is not installed, which makes podman's networks")
        if not engine.call(["images", "--quiet", base], "no images") and not _pulled(engine, base):
            _make_base(engine, base, folder)
        yield engine, building


def _configuration(file: Path, *, trust: bool, networks: bool = False) -> Path:
    """For podman without systemd, and where root may not raise its own limits: in another container, say."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    bundle = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    volumes = [f'"{Path(bundle).resolve()}:{TRUSTED}:ro"'] if trust and bundle else []
    file.write_text(
        f"""
[containers]
netns = "{"bridge" if networks else "host"}"
default_ulimits = ["nofile={files}:{files}", "nproc={_PROCESSES}:{_PROCESSES}"]
volumes = [{", ".join(volumes)}]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
{_NETWORKS if networks else ""}
"""
    )
    return file


def _pulled(engine: CommandEngine, base: str) -> bool:
    try:
        engine.call(["pull", "--quiet", f"docker.io/library/{base}"], "it cannot be pulled")
    except ContainerFault:
        return False
    return True


def _make_base(engine: CommandEngine, base: str, folder: Path) -> None:
    if not shutil.which("mmdebstrap") or os.geteuid() != 0:
        missing(f"{base} can be neither pulled nor made: mmdebstrap and root are wanted")
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
    imported = ["import", "--change", 'CMD ["python3"]', str(archive), f"docker.io/library/{base}"]
    engine.call(imported, "the base could not be imported")
    archive.unlink()
