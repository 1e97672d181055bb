"""Shows conversions of files: a row each if there are few, and a summary."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from commands.terminal.console import Console

if TYPE_CHECKING:
    from commands.folders.records import FileRecord
    from commands.folders.results.summary import Summary


def show_conversions(console: Console, results: Sequence["FileRecord"]) -> None:
    """A row for each file, also for those that failed or were done before."""
    console.rows(
        "Converted",
        ("image", "SVG", "type", "ssim", "worst", "delta_e", "bytes", "met"),
        [_row(result) for result in results],
    )


def show_summary(console: Console, summary: "Summary") -> None:
    """One line of totals, and a row for each kind of error."""
    parts = [f"{summary.converted:,} converted"]
    if summary.short:
        parts[0] += f" ({summary.short:,} fell short of the promise)"
    if summary.skipped:
        parts.append(f"{summary.skipped:,} done before")
    if summary.failed:
        parts.append(f"{summary.failed:,} failed")
    rate = f", {summary.rate:.1f} a second" if summary.converted + summary.failed > 1 else ""
    sizes = f"; {_size(summary.image_bytes)} of images became {_size(summary.svg_bytes)} of SVG"
    console.say(f"{', '.join(parts)} in {summary.seconds:.1f} s{rate}{sizes if summary.converted else ''}")
    if summary.errors:
        rows = [(code, count, summary.examples[code]) for code, count in summary.errors.most_common()]
        console.rows("Failed", ("why", "files", "the first"), rows)


def _row(result: "FileRecord") -> tuple[object, ...]:
    quality = result.quality
    if quality is None:
        return (result.source, result.error or f"{result.output} (done before)", "", "", "", "", "", "")
    return (
        result.source,
        result.output,
        result.type or "-",
        quality.ssim,
        quality.worst,
        quality.delta_e,
        quality.bytes,
        "yes" if result.met_target else f"no: {', '.join(result.missed)}",
    )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"
