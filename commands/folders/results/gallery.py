"""Self-contained HTML pages of all images beside their SVGs, the worst first."""

import base64
import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jinja2
from PIL import Image

from commands.folders.places import absolute, joined, read_bytes
from commands.folders.records import FileRecord
from svgai.decode.image_files import decode_image
from svgai.decode.pixels import fit_within
from svgai.errors import FolderFault
from svgai.whole_files import write_whole

PER_PAGE = 120

_SIDE = 280  # pixels of the longest side of a shown image
_THREADS = 4


@dataclass(frozen=True)
class _Card:
    """One entry; both pictures are data URLs, empty if there is none."""

    record: FileRecord
    before: str
    after: str


@dataclass(frozen=True)
class _Figures:
    """The header of every page."""

    converted: int
    short: int
    failed: int
    image_bytes: int
    svg_bytes: int


def require_gallery(path: Path) -> None:
    """
    Check that a gallery can be written there, before anything is converted.

    Raises:
        FolderFault: its suffix is not .html, or its folder is not there.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise FolderFault(f"{path}: give the gallery a name that ends with .html")
    if not path.absolute().parent.is_dir():
        raise FolderFault(f"{path}: there is no folder {path.parent} for the gallery")


def write_gallery(
    path: Path,
    records: Iterable[FileRecord],
    out: str,
    max_pixels: int,
    progress: Callable[[int, int], None],
) -> list[Path]:
    """
    Write the pages, PER_PAGE images on each: `path`, then the same name with -2, -3, and give their paths.

    First failures, then missed targets, then the rest, each by `worst`.

    Raises:
        OSError: one cannot be written.
    """
    ordered = sorted(records, key=_badness)
    figures = _figures(ordered)
    starts = range(0, max(len(ordered), 1), PER_PAGE)
    pages = [path if not start else path.with_stem(f"{path.stem}-{start // PER_PAGE + 1}") for start in starts]
    template = _template()
    shown = 0
    with ThreadPoolExecutor(_THREADS) as threads:
        for page, start in zip(pages, starts, strict=True):
            part = ordered[start : start + PER_PAGE]
            cards = list(threads.map(lambda record: _card(record, out, max_pixels), part))
            names = [one.name for one in pages]
            write_whole(page, template.render(cards=cards, figures=figures, pages=names, here=page.name, first=start))
            shown += len(part)
            progress(shown, len(ordered))
    return pages


def _badness(record: FileRecord) -> tuple[bool, bool, float, str]:
    worst = record.quality.worst if record.quality else -1.0
    return record.state != "failed", record.met_target, worst, record.source


def _figures(records: list[FileRecord]) -> _Figures:
    made = [record for record in records if record.quality]
    return _Figures(
        len(made),
        sum(not record.met_target for record in made),
        len(records) - len(made),
        sum(record.image_bytes for record in made),
        sum(record.quality.bytes for record in made if record.quality),
    )


def _card(record: FileRecord, out: str, max_pixels: int) -> _Card:
    after = ""
    if record.quality:
        try:
            after = _data_url("image/svg+xml", read_bytes(joined(out, record.output)))
        except Exception:  # noqa: BLE001 - one that was taken away since is shown without
            after = ""
    return _Card(record, _thumbnail(record.source, max_pixels), after)


def _thumbnail(source: str, max_pixels: int) -> str:
    try:
        data = read_bytes(absolute(source))
        small = fit_within(decode_image(data, max_bytes=len(data) + 1, max_pixels=max_pixels).rgba, _SIDE)
    except Exception:  # noqa: BLE001 - what failed to be converted mostly cannot be shown either
        return ""
    buffer = io.BytesIO()
    Image.fromarray(small).save(buffer, "WEBP", quality=85, method=2)
    return _data_url("image/webp", buffer.getvalue())


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("gallery.html.j2")
