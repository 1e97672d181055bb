"""
Classifies the files of a machine and prints JSON.

It runs inside an image, so it needs only Python 3.10. A file counts once, even with several hard links, and belongs to
the first claim: a Python distribution by its RECORD, a Debian package by its list, the Bento by its folder, Python by
its installation path. The rest is listed by folder. Bytes are those of the content. Arguments: the root, the Bento's
folder, and the volumes of the image, whose files count although they are mounted; other mounts are not part of the
image.
"""

import hashlib
import json
import os
import re
import stat
import sys
import sysconfig
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

Inode = tuple[int, int]


class Tree:
    """The regular files below a root, and the claimed ones among them."""

    def __init__(self, root: str, mounted: set[str]) -> None:
        self.paths: dict[Inode, str] = {}
        self.sizes: dict[Inode, int] = {}
        self.metadata: list[str] = []
        self._claimed: set[Inode] = set()
        self._folders: dict[str, list[str]] = {}
        for folder, below, names in os.walk(root):
            below[:] = sorted(name for name in below if os.path.join(folder, name) not in mounted)
            self.metadata += [os.path.join(folder, name) for name in below if name.endswith(".dist-info")]
            for name in sorted(names):
                path = os.path.join(folder, name)
                found = os.lstat(path)
                if path not in mounted and stat.S_ISREG(found.st_mode):
                    inode = found.st_dev, found.st_ino
                    self.paths.setdefault(inode, path)
                    self.sizes[inode] = found.st_size

    def claim(self, paths: list[str]) -> dict[str, int]:
        """Bytes and number of the files at these paths, with their bytecode, except those already claimed."""
        wanted = [path for name in paths for path in (name, *self._byte_code(name))]
        found = {inode for inode in map(_inode, wanted) if inode in self.sizes} - self._claimed
        self._claimed |= found
        return {"bytes": sum(self.sizes[inode] for inode in found), "files": len(found)}

    def below(self, folder: str) -> list[str]:
        prefix = folder.rstrip("/") + "/"
        return [path for path in self.paths.values() if path.startswith(prefix)]

    def rest(self) -> list[str]:
        return [path for inode, path in self.paths.items() if inode not in self._claimed]

    def _byte_code(self, path: str) -> list[str]:
        if not path.endswith(".py"):
            return []
        folder = os.path.join(os.path.dirname(path), "__pycache__")
        if folder not in self._folders:
            self._folders[folder] = os.listdir(folder) if os.path.isdir(folder) else []
        stem = os.path.basename(path)[:-3]
        return [os.path.join(folder, name) for name in self._folders[folder] if name.startswith(f"{stem}.")]


def _inode(path: str) -> Inode | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def distributions(tree: Tree) -> list[dict[str, object]]:
    """Every installed Python distribution."""
    found = []
    for info in tree.metadata:
        distribution: Distribution = PathDistribution(Path(info))
        metadata = distribution.metadata
        if not metadata["Name"]:
            continue
        listed = [str(distribution.locate_file(file)) for file in distribution.files or ()]
        found.append(
            {
                **tree.claim([*listed, *tree.below(info)]),
                "name": re.sub(r"[-_.]+", "-", metadata["Name"]).lower(),
                "version": metadata["Version"] or "",
                "folder": os.path.dirname(info),
            }
        )
    return found


def packages(tree: Tree, root: str) -> list[dict[str, object]]:
    """Every installed Debian package; none without dpkg."""
    database = Path(root, "var/lib/dpkg")
    if not (database / "status").is_file():
        return []
    found = []
    for paragraph in (database / "status").read_text(encoding="utf-8").split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): *(.*)$", paragraph, re.MULTILINE))
        if not fields.get("Status", "").endswith(" installed"):
            continue
        name, architecture = fields["Package"], fields["Architecture"]
        lists = [database / f"info/{name}.list", database / f"info/{name}:{architecture}.list"]
        listed = [line for path in lists if path.is_file() for line in path.read_text(encoding="utf-8").splitlines()]
        found.append(
            {
                **tree.claim([root.rstrip("/") + path for path in listed]),
                "name": name,
                "version": fields["Version"],
                "architecture": architecture,
            }
        )
    return found


def bento(tree: Tree, folder: str) -> dict[str, object] | None:
    """The Bento's description and files; those of its models with their SHA-256. None if there is no Bento."""
    description = Path(folder, "bento.yaml")
    if not description.is_file():
        return None
    models = tree.below(os.path.join(folder, "models"))
    return {
        "description": description.read_text(encoding="utf-8"),
        "models": tree.claim(models),
        "code": tree.claim(tree.below(folder)),
        "model_files": [
            {
                "path": os.path.relpath(path, folder),
                "bytes": os.path.getsize(path),
                "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest(),
            }
            for path in sorted(models)
        ],
    }


def interpreter(tree: Tree) -> dict[str, int]:
    """Python itself, if it was not installed as packages: its library, headers and commands."""
    installed = {sysconfig.get_path(kind) for kind in ("stdlib", "include")}
    commands = re.compile(r"/(?:bin/(?:python|pip|idle|pydoc|2to3)[0-9.]*(?:-config)?|lib/libpython[^/]*)$")
    found = [path for path in tree.below(sys.base_prefix) if commands.search(path)]
    return tree.claim(found + [path for folder in installed for path in tree.below(folder)])


def other(tree: Tree, root: str) -> list[dict[str, object]]:
    """Unclaimed files, by the first two folders of their path."""
    folders: dict[str, list[str]] = {}
    for path in tree.rest():
        folder = "/" + "/".join(os.path.relpath(path, root).split("/")[:-1][:2])
        folders.setdefault(folder, []).append(path)
    return [{"folder": folder, **tree.claim(paths)} for folder, paths in sorted(folders.items())]


def release(root: str) -> dict[str, str]:
    """The name of the operating system."""
    try:
        text = Path(root, "etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return {}
    return {key: value.strip("\"'") for key, value in re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE)}


def contents(root: str, bento_folder: str, mounted: set[str]) -> dict[str, object]:
    """Everything below the root, in parts whose `bytes` and `files` add up to those of `total`."""
    tree = Tree(root, mounted)
    return {
        "total": {"bytes": sum(tree.sizes.values()), "files": len(tree.sizes)},
        "python": ".".join(map(str, sys.version_info[:3])),
        "system": {key: value for key, value in release(root).items() if key in ("ID", "VERSION_ID")},
        "distributions": distributions(tree),
        "packages": packages(tree, root),
        "bento": bento(tree, bento_folder),
        "interpreter": interpreter(tree),
        "other": other(tree, root),
    }


def mount_points() -> set[str]:
    """The mounts in the image: the engine's own files, and volumes."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        places = {line.split()[4].encode().decode("unicode_escape") for line in mounts}
    return places - {"/"}


if __name__ == "__main__":
    at, folder_of_bento, *volumes = sys.argv[1:]
    json.dump(contents(at, folder_of_bento, mount_points() - set(volumes)), sys.stdout)
