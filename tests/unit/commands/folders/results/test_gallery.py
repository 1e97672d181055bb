"""Pages of images beside their SVGs."""

import re
from pathlib import Path

import pytest

from commands.folders.records import FileRecord
from commands.folders.results.gallery import PER_PAGE, require_gallery, write_gallery
from svgai.decode.pixels import encode_png
from svgai.errors import FolderFault
from svgai.measure.quality import Quality
from tests.fakes.tiny_models import drawn_logo


def record(folder: Path, name: str, worst: float, *, met: bool = True) -> FileRecord:
    (folder / "out").mkdir(exist_ok=True)
    (folder / f"{name}.png").write_bytes(encode_png(drawn_logo(1, 32)))
    (folder / f"out/{name}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return FileRecord(
        source=str(folder / f"{name}.png"),
        output=f"{name}.svg",
        quality=Quality(0.99, worst, 0.95, 0.2, 1234, 3),
        met_target=met,
        missed=() if met else ("worst",),
        image_bytes=2000,
    )


def write(folder: Path, records: list[FileRecord]) -> list[Path]:
    return write_gallery(folder / "g.html", records, str(folder / "out"), 10**6, lambda *_: None)


def test_the_worst_come_first(tmp_path: Path) -> None:
    """What failed, what fell short, then the rest, each by the poorest place."""
    failed = FileRecord.failed("no<image>.png", "n.svg", "invalid_image", "not <an> image")
    records = [
        record(tmp_path, "fine", 0.9),
        record(tmp_path, "poor", 0.81),
        record(tmp_path, "short", 0.85, met=False),
    ]
    (page,) = write(tmp_path, [*records, failed])
    text = page.read_text(encoding="utf-8")
    names = re.findall(r'<div class="name">(.*?)</div>', text)
    assert [name.rpartition("/")[2] for name in names] == ["no&lt;image&gt;.png", "short.png", "poor.png", "fine.png"]
    assert "not &lt;an&gt; image" in text
    assert text.count("data:image/webp") == text.count("data:image/svg+xml") == 3


def test_a_page_needs_nothing_else(tmp_path: Path) -> None:
    """No script, and no address outside."""
    (page,) = write(tmp_path, [record(tmp_path, "a", 0.9)])
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"<script|https?://", text)
    assert not [url for url in re.findall(r'(?:src|href)="([^"]*)"', text) if not url.startswith("data:")]


def test_large_folders_get_several_pages(tmp_path: Path) -> None:
    """Each linked from all; nothing is left out."""
    one = record(tmp_path, "a", 0.9)
    pages = write(tmp_path, [one] * (2 * PER_PAGE + 1))
    assert [page.name for page in pages] == ["g.html", "g-2.html", "g-3.html"]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert [text.count("<article>") for text in texts] == [PER_PAGE, PER_PAGE, 1]
    assert all(f'href="{page.name}"' in text for text in texts for page in pages)


def test_files_that_have_gone_are_shown_as_such(tmp_path: Path) -> None:
    """The page is written all the same."""
    one = record(tmp_path, "a", 0.9)
    (tmp_path / "a.png").unlink()
    (tmp_path / "out/a.svg").unlink()
    (page,) = write(tmp_path, [one])
    assert "cannot be shown" in page.read_text(encoding="utf-8")


def test_a_gallery_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    """Another suffix, or no such folder."""
    for name in ("g.pdf", "missing/g.html"):
        with pytest.raises(FolderFault, match="gallery"):
            require_gallery(tmp_path / name)
