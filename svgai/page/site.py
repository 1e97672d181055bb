"""
The files of the web page as they are sent: whole, compressed once, named by their content.

The files of both pages are below `page/<digest>/`, so that browsers can cache them for ever and a new version has new
URLs. The digest is that of all files together: modules name each other by relative paths.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

BROWSER_FILES = Path(__file__).parent / "browser"
PAGES = MappingProxyType({"/": "index.html", "/docs": "docs.html"})
"""The path of each page, and its file."""

FILES_PATH = "/page"
"""Prefix of the files of both pages."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_VERSION = b"VERSION"  # in the pages' own files, which name what they load as page/VERSION/...


@dataclass(frozen=True)
class SiteFile:
    """One file: its content, the same compressed by gzip, and its media type."""

    content: bytes
    compressed: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, content: bytes, suffix: str) -> "SiteFile":
        digest = hashlib.sha256(content).hexdigest()[:20]
        # Without a time in it, the same content is the same bytes.
        return cls(content, gzip.compress(content, 9, mtime=0), _TYPES[suffix], digest)


@dataclass(frozen=True)
class Site:
    """All files by path; `pages` are revalidated at every visit, `files` never change."""

    pages: Mapping[str, SiteFile]
    files: Mapping[str, SiteFile]


def load_site(folder: Path = BROWSER_FILES) -> Site:
    """
    Read the page's files.

    Raises:
        FileNotFoundError: a page is missing from the installation.
    """
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    version = digest.hexdigest()[:12]
    missing = sorted(set(PAGES.values()) - contents.keys())
    if missing:
        raise FileNotFoundError(f"{folder} holds no {', no '.join(missing)}")
    pages = {
        path: SiteFile.of(contents[name].replace(_VERSION, version.encode()), ".html") for path, name in PAGES.items()
    }
    files = {
        f"{FILES_PATH}/{version}/{name}": SiteFile.of(content, Path(name).suffix)
        for name, content in contents.items()
        if name not in PAGES.values()
    }
    return Site(pages, files)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _TYPES)
