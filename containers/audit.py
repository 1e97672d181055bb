"""
Known vulnerabilities of the pinned packages, as pip-audit finds them with the public advisories.

`python -m containers.audit requirements/dev.txt ...` fails on every advisory that is not explained, on an
explanation that nothing needs, and where a package could not be looked up: what nobody looked at is not known to be
safe.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from svgai.errors import ContainerFault

ADVISORIES = Path("requirements/advisories.yaml")
_SHOWN = 600


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Explained(_Value):
    """An advisory that does no harm here, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    package: str = Field(min_length=1)
    reason: str = Field(min_length=20)


class Advisory(_Value):
    """A known vulnerability of a version; fixed in `fix_versions`, the lowest first."""

    id: str
    aliases: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()


class Audited(_Value):
    """A pinned package: its advisories, or why they could not be looked up."""

    name: str
    version: str = ""
    vulns: tuple[Advisory, ...] = ()
    skip_reason: str | None = None


class _Answer(_Value):
    dependencies: tuple[Audited, ...]


Auditor = Callable[[Path], Sequence[Audited]]
"""Looks up every package of a file of pins."""


def load_explained(path: Path) -> tuple[Explained, ...]:
    """
    Read the explained advisories.

    Raises:
        ContainerFault: the file is not a list of id, package and reason.
    """
    try:
        return TypeAdapter(tuple[Explained, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as fault:
        raise ContainerFault(f"{path} is not a list of advisories with id, package and reason: {fault}") from fault


def pip_audit(pins: Path, *, python: str = sys.executable) -> tuple[Audited, ...]:
    """
    Ask the public advisories about every pin; nothing is installed.

    Raises:
        ContainerFault: pip-audit is not installed, or got no answer.
    """
    command = [python, "-m", "pip_audit", "--requirement", str(pins), "--no-deps", "--disable-pip", "--format", "json"]
    # The one argument that comes from outside is a file's name, and there is no shell.
    done = subprocess.run(  # noqa: S603
        [*command, "--progress-spinner", "off", "--desc", "off"], capture_output=True, text=True, check=False
    )
    try:  # its exit code says whether it found something, not whether it could look
        return _Answer.model_validate_json(done.stdout).dependencies
    except ValidationError:
        said = done.stderr.strip()[-_SHOWN:]
        raise ContainerFault(f"pip-audit could not look up {pins}; the public advisories are needed: {said}") from None


def findings(audited: Sequence[Audited], explained: Sequence[Explained]) -> list[str]:
    """What has to be done, a line each; empty where every package was looked up and nothing is open."""
    open_ones: dict[str, None] = {}
    needed, unknown = set(), set()
    for package in audited:
        if package.skip_reason is not None:
            unknown.add(package.skip_reason)
        for advisory in package.vulns:
            names = {advisory.id, *advisory.aliases}
            reasons = [one for one in explained if one.id in names and one.package == package.name]
            needed.update(reasons)
            if not reasons:
                fixed = ", ".join(advisory.fix_versions)
                remedy = f"fixed in {fixed}: raise the pin" if fixed else "no fix: leave it out, or explain it"
                open_ones[f"{package.name} {package.version}: {advisory.id}, {remedy}"] = None
    if unknown:  # what is explained may be there all the same
        return [*open_ones, f"{len(unknown)} packages could not be looked up; the first: {min(unknown)}"]
    stale = [f"{one.package}: {one.id} is explained and no longer found" for one in explained if one not in needed]
    return [*open_ones, *stale]


def audit(pins: Sequence[Path], explained: Sequence[Explained], auditor: Auditor) -> list[str]:
    """The findings on several files of pins together."""
    return findings([package for file in pins for package in auditor(file)], explained)


def main(
    pins: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Files of pins.")],
    explained: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Advisories that are explained.")
    ] = ADVISORIES,
) -> None:
    """Look up known vulnerabilities of pinned packages; exit code 1 where something is open."""
    try:
        found = audit(pins, load_explained(explained), pip_audit)
    except ContainerFault as fault:
        typer.echo(f"error: {fault}", err=True)
        raise typer.Exit(1) from fault
    for line in found:
        typer.echo(line, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("no advisory is open")


if __name__ == "__main__":
    typer.run(main)
