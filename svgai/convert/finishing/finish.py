"""Applies the optional changes to a finished SVG; without any it stays as it is."""

from dataclasses import dataclass

from svgai.convert.finishing.cut_parts import with_cut_parts
from svgai.convert.finishing.palette import palette_of, with_palette
from svgai.convert.finishing.precision import with_precision
from svgai.convert.finishing.pretty import made_pretty
from svgai.convert.finishing.svg_tree import coloured, read_tree, write_tree
from svgai.measure.quality import Quality

CURRENT_COLOUR = "currentColor"


@dataclass(frozen=True)
class Finish:
    """
    Changes to an SVG. `precision`: decimals of coordinates in pixels of the image; None: whole grid steps.

    `palette`: the only colours, as #rrggbb; empty: its own. `current_colour`: black becomes currentColor. `cut`: pixels
    that a part is to be wide at least, where shapes are cut out of those that they lie on.
    """

    precision: int | None = None
    palette: tuple[str, ...] = ()
    current_colour: bool = False
    pretty: bool = False
    cut: float | None = None

    @property
    def asks(self) -> bool:
        """Whether there are any changes."""
        return self != Finish()

    def of(self, svg: str, quality: Quality) -> str:
        """The changed SVG, with the measurements `quality` in its comment if it has one."""
        if not self.asks:
            return svg
        root = read_tree(svg)
        if self.palette:
            with_palette(root, self.palette)
        if self.cut is not None:
            with_cut_parts(root, self.cut)
        if self.precision is not None:
            with_precision(root, self.precision)
        if self.current_colour:
            for element in coloured(root):
                if element.attrib.get("stroke") in ("#000", "#000000"):
                    element.set("stroke", CURRENT_COLOUR)
            for mask in root.iter("mask"):
                mask.set("fill", "#000")
            root.set("fill", CURRENT_COLOUR)  # black is the default and is not written
        if self.pretty:
            made_pretty(root, quality)
        return write_tree(root)


def finish_of(precision: int | None, palette: str | None, monochrome: str | None, *, pretty: bool) -> Finish:
    """
    The changes of request options; `palette` as for `palette_of`, `monochrome` as for `in_one_ink`.

    Raises:
        ValueError: the palette is not valid.
    """
    return Finish(precision, palette_of(palette) if palette else (), monochrome == CURRENT_COLOUR, pretty)
