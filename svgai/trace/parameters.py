"""The parameters of a tracing, for users and the optimizer."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Strokes = Literal["auto", "never", "only"]
"""Whether lines are drawn as strokes: where suitable, never, or exclusively."""


def whole_number(value: object) -> object:
    """JSON does not distinguish 3.0 from 3; strict Python types do."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(whole_number)]


class TracingParameters(BaseModel):
    """
    One way to trace an image.

    With colour models `simplify`, `corner_threshold`, `filter_speckle`, `mode` and `grid` shape the outlines. Without
    them VTracer does, with its own options, and its lengths are in traced pixels: source pixels times `upscale`. In
    mode "pixels" nothing is fitted, and the other parameters are ignored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    upscale: WholeNumber = Field(
        2,
        ge=1,
        le=4,
        description="Times that the image is enlarged (Lanczos) before tracing, up to 1024 pixels a side.",
    )
    colour_models: Literal["none", "flat", "gradient"] = Field(
        "gradient",
        description="Models that regions get: none (VTracer's regions), flat colours, or gradients where they fit.",
    )
    gradient_stops: WholeNumber = Field(5, ge=2, le=8, description="Gradients only: most stops of one gradient.")
    merge_distance: float = Field(
        3.0, ge=0, le=20, description="Colour models only: CIELAB distance up to which flat colours become one."
    )
    palette_size: WholeNumber = Field(
        0, ge=0, le=64, description="Most flat colours of areas; 0: no palette, or for colour models no limit but 63."
    )
    thin_strokes: bool = Field(
        default=True, description="Colour models only: keep strokes on opaque ground whole that fill no pixel by half."
    )
    grid: WholeNumber = Field(3, ge=1, le=8, description="Colour models only: coordinate steps in a source pixel.")
    clustering: Literal["color-cluster", "watershed"] = Field("watershed", description="How VTracer finds regions.")
    watershed_detail: WholeNumber = Field(
        128, ge=0, le=255, description="Watershed only: cut level; more gives more regions."
    )
    color_precision: WholeNumber = Field(
        6, ge=2, le=8, description="Colour clustering only: bits kept of each channel."
    )
    layer_difference: WholeNumber = Field(
        16, ge=0, le=128, description="Colour clustering only: least step between layers, levels."
    )
    filter_speckle: WholeNumber = Field(
        4, ge=0, le=16, description="Patches narrower than this many traced pixels are dropped."
    )
    mode: Literal["spline", "polygon", "pixels"] = Field(
        "spline",
        description="Curved or straight outlines, or exactly the pixels as squares, whatever the other parameters.",
    )
    corner_threshold: WholeNumber = Field(
        40, ge=0, le=180, description="Least turn, in degrees, that counts as a corner."
    )
    length_threshold: float = Field(
        4.0, ge=3.5, le=10, description="VTracer only: longest step, in pixels, before a curve is fitted."
    )
    splice_threshold: WholeNumber = Field(
        45, ge=0, le=180, description="VTracer only: turn, in degrees, at which a curve is cut in two."
    )
    simplify: float = Field(
        1.0,
        ge=0,
        le=16,
        description="How far outlines may move to save bytes: 1 where no eye sees it, 4 where some do, 16 visibly.",
    )
    refine_to: float = Field(
        0.8,
        ge=0,
        le=1,
        description=(
            "Colour models only: places where the drawing is poorer than this are drawn again, with more care; "
            "0: drawn once. In a conversion a refine_to above 0 gives way to min_worst."
        ),
    )
    path_precision: WholeNumber = Field(0, ge=0, le=2, description="VTracer only: decimals of coordinates.")


TRACING_NAMES = tuple(TracingParameters.model_fields)
"""The columns that describe a tracing, after the features, in a surrogate row."""
