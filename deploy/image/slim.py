"""
Removes the files listed in slim.toml, which the service never opens, from a virtual environment: `python slim.py
/app/.venv`.

Runs during the image build, with the base image's Python and GNU binutils. Three steps: unused files are removed; a
library that a package is linked to, but never calls, is replaced by a stub with the same symbols that traps, to satisfy
the dynamic linker; symbol tables and debug information are removed.
"""

import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Entries = Sequence[Mapping[str, Any]]

LIST = Path(__file__).with_name("slim.toml")
TRAPS = {"x86_64": "ud2", "aarch64": "udf #0"}
"""The trap instruction, in the assembler of each architecture."""


def slim(site_packages: Path, lists: Mapping[str, Entries]) -> None:
    """
    Slim down an installation.

    Args:
        site_packages: the folder of the packages.
        lists: what to remove, from slim.toml.

    Raises:
        SystemExit: the lists do not fit the installed packages, or binutils cannot work on one of them.
    """
    for path in _listed(site_packages, _patterns(lists["unused"])):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for entry in lists["uncalled"]:
        kept = set(_listed(site_packages / entry["libraries"], entry["keep"]))
        present = _listed(site_packages, [f"{entry['libraries']}/*.so*"])
        _replace_by_traps(site_packages, [path for path in present if path not in kept])
    for library in _listed(site_packages, _patterns(lists["debuggable"])):
        _run("strip", "--strip-unneeded", str(library))


def _patterns(entries: Entries) -> Iterator[str]:
    return (pattern for entry in entries for pattern in entry["files"])


def _listed(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """The files that match the patterns below a folder; each pattern must match."""
    for pattern in patterns:
        found = list(folder.glob(pattern))
        if not found:
            sys.exit(f"{LIST.name}: nothing is called {pattern}; strike it out, or give its new name")
        yield from found


def _replace_by_traps(site_packages: Path, libraries: Sequence[Path]) -> None:
    """Replace libraries by stubs if any other is linked to them, else remove them."""
    users = [path for path in _libraries(site_packages) if path not in libraries]
    called = {name for user in users for name, _ in _symbols(user, "--undefined-only")}
    linked = {name for user in users for name in _linked(user)}
    for library in libraries:
        exported = [(name, kind) for name, kind in _symbols(library, "--defined-only") if name in called]
        if data := [name for name, kind in exported if kind not in "TWi"]:
            sys.exit(f"{library.name} cannot be replaced: {', '.join(data)} is no function")
        library.unlink()
        if library.name in linked:
            _write_trap(library, [name for name, _ in exported])


def _write_trap(library: Path, names: Iterable[str]) -> None:
    """A shared library with these functions (`name` or `name@version`), each of which aborts the process."""
    trap = TRAPS[platform.machine()]
    versions: dict[str, list[str]] = defaultdict(list)
    for name in names:
        bare, _, version = name.partition("@")
        versions[version].append(bare)
    with tempfile.TemporaryDirectory() as name:
        source, compiled, script = (Path(name) / f"trap.{suffix}" for suffix in ("s", "o", "map"))
        functions = sorted({bare for group in versions.values() for bare in group})
        source.write_text("".join(f".globl {one}\n.type {one}, %function\n{one}: {trap}\n" for one in functions))
        _run("as", "-o", str(compiled), str(source))
        named = {version: group for version, group in versions.items() if version}
        script.write_text(
            "".join(f"{version} {{ global: {'; '.join(group)}; }};\n" for version, group in named.items())
        )
        options = ["--version-script", str(script)] if named else []
        _run("ld", "-shared", "-z", "noexecstack", "-soname", library.name, *options, "-o", str(library), str(compiled))


def _libraries(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.so*")) if path.is_file())


def _symbols(library: Path, which: str) -> Iterator[tuple[str, str]]:
    """Names (`name` or `name@version`) and kinds, as letters, of dynamic symbols."""
    for line in _run("nm", "--dynamic", which, str(library)).splitlines():
        *_, kind, name = line.split()
        yield name.replace("@@", "@"), kind


def _linked(library: Path) -> list[str]:
    return re.findall(r"\(NEEDED\).*\[(.+)\]", _run("readelf", "--dynamic", "--wide", str(library)))


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    slim(next(Path(sys.argv[1]).glob("lib/python*/site-packages")), tomllib.loads(LIST.read_text(encoding="utf-8")))
