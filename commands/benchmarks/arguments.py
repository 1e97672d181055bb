"""Options that several commands of this folder take."""

from pathlib import Path
from typing import Annotated

import typer

Images = Annotated[Path | None, typer.Option(help="Folder of SVG or raster files; left out: generated ones.")]
Count = Annotated[int, typer.Option(min=1, help="Images.")]
Side = Annotated[int, typer.Option(min=1, help="Longest side of the images in pixels.")]
