"""Request bodies of classify, optimize and convert, and the items that BentoML batches."""

from typing import Annotated, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from svgai.api.schemas.values import Value
from svgai.convert.background import BACKGROUND_FORM, checked_background
from svgai.convert.cutter import CUTTER_FORM, cutter_of, require_fills
from svgai.convert.finishing.palette import PALETTE_FORM, palette_of
from svgai.convert.finishing.precision import MOST_DECIMALS
from svgai.convert.monochrome import MONOCHROME_FORM, checked_monochrome
from svgai.convert.real_units import Units
from svgai.errors import TooLarge
from svgai.trace.parameters import Strokes, TracingParameters, whole_number

MOST_IMAGES = 100
"""Images that one request may hold."""

MOST_TRIALS = 16
"""Tracings that one conversion may try."""

_ENCODED: dict[str, JsonValue] = {"type": "string", "contentEncoding": "base64"}

_IMAGE_SCHEMA: dict[str, JsonValue] = {
    **_ENCODED,
    "minLength": 1,
    "description": "The image file in base64 (multipart: the file itself).",
}

_IMAGES_SCHEMA: dict[str, JsonValue] = {
    "type": "array",
    "items": _ENCODED,
    "minItems": 1,
    "maxItems": MOST_IMAGES,
    "description": f"Images in base64, at most {MOST_IMAGES}; each is answered or rejected separately.",
}

_LEFT_OUT: dict[str, JsonValue] = {"type": "null"}


def _one_of_both(schema: dict[str, JsonValue]) -> None:
    """Either field is given; the other one is left out, or null."""
    schema["oneOf"] = [
        {"required": ["image"], "properties": {"image": _IMAGE_SCHEMA, "images": _LEFT_OUT}},
        {"required": ["images"], "properties": {"images": _IMAGES_SCHEMA, "image": _LEFT_OUT}},
    ]


# Text first: in JSON it is never anything else, and large images are not looked at twice.
ImageData = Annotated[
    Annotated[str, Strict()] | bytes, Field(union_mode="left_to_right"), WithJsonSchema(_IMAGE_SCHEMA)
]

_FromOne = Annotated[int, Field(ge=1), BeforeValidator(whole_number)]

TargetQuality = Annotated[
    float | None, Field(ge=0, le=1, description="Target ssim; default: the target of the image's type.")
]

MaxBytes = Annotated[_FromOne | None, Field(description="Largest SVG to propose, in bytes.")]

Background = Annotated[
    str,
    AfterValidator(checked_background),
    Field(
        description="keep: unchanged; remove: transparent; #rgb or #rrggbb: this colour.",
        json_schema_extra={"pattern": BACKGROUND_FORM},
    ),
]

Monochrome = Annotated[
    str,
    AfterValidator(checked_monochrome),
    Field(
        description="One colour on a transparent background: currentColor, #rgb or #rrggbb; default: the image's own.",
        json_schema_extra={"pattern": MONOCHROME_FORM},
    ),
]

Palette = Annotated[
    str,
    AfterValidator(lambda text: ",".join(palette_of(text))),
    Field(
        description="The only colours to use, as comma-separated #rgb or #rrggbb; default: the image's own.",
        json_schema_extra={"pattern": PALETTE_FORM},
    ),
]


Cutter = Annotated[
    str,
    Field(
        description="Parts to cut, at least this wide: 1mm, 0.04in or 3px; 0mm: no limit; default: overlapping layers.",
        json_schema_extra={"pattern": CUTTER_FORM},
    ),
]


def _no_strokes_to_cut(schema: dict[str, JsonValue]) -> None:
    """A cutter needs filled outlines."""
    lines: dict[str, JsonValue] = {"strokes": {"const": "only"}}
    pixels: dict[str, JsonValue] = {
        "parameters": {"type": "object", "required": ["mode"], "properties": {"mode": {"const": "pixels"}}}
    }
    refused: dict[str, JsonValue] = {
        "required": ["cutter"],
        "properties": {"cutter": {"type": "string"}},
        "anyOf": [{"required": list(one), "properties": one} for one in (lines, pixels)],
    }
    # Within allOf: `bentoml build` makes an object of each schema, whose constructor has no argument "not".
    schema["allOf"] = [{"not": refused}]


class ImageItem(Value):
    """One image of a batch: a plain PNG, or for any other the models' inputs, as bytes of picture and features."""

    plain: bytes = b""
    picture: bytes = b""
    features: bytes = b""


class ClassifyItem(ImageItem):
    """One image to classify."""


class OptimizeItem(ImageItem):
    """One image to find a tracing for."""

    target_quality: float | None = None
    max_bytes: int | None = None


ItemT = TypeVar("ItemT", ClassifyItem, OptimizeItem)


class ApiForm(Value):
    """A public request body."""


class ImagesForm(ApiForm, Generic[ItemT]):
    """One image, or a list of them that are answered in order."""

    model_config = ConfigDict(json_schema_extra=_one_of_both)

    image: ImageData | None = None
    # Stop at the first wrong entry: otherwise millions of them would each be stored as an error.
    images: Annotated[list[str], WithJsonSchema(_IMAGES_SCHEMA)] | None = Field(None, fail_fast=True)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.image is None) == (self.images is None):
            raise ValueError("give either image or images")
        if self.images is not None and not self.images:
            raise ValueError("images is empty")
        return self

    @property
    def is_list(self) -> bool:
        return self.images is not None

    def item(self, **seen: bytes) -> ItemT:
        """The item of one image, with these fields (see ImageItem) and the form's options."""
        raise NotImplementedError

    def image_data(self) -> list[str | bytes]:
        """
        The images, as they were sent.

        Raises:
            TooLarge: there are more than MOST_IMAGES.
        """
        if self.images is None:
            assert self.image is not None
            return [self.image]
        if len(self.images) > MOST_IMAGES:
            raise TooLarge(f"images has {len(self.images)} entries; at most {MOST_IMAGES} are accepted")
        return list(self.images)


class ClassifyForm(ImagesForm[ClassifyItem]):
    """Body of POST /api/classify."""

    def item(self, **seen: bytes) -> ClassifyItem:
        return ClassifyItem(**seen)


class OptimizeForm(ImagesForm[OptimizeItem]):
    """Body of POST /api/optimize."""

    target_quality: TargetQuality = None
    max_bytes: MaxBytes = None

    def item(self, **seen: bytes) -> OptimizeItem:
        return OptimizeItem(**seen, target_quality=self.target_quality, max_bytes=self.max_bytes)


class DefaultForm(ApiForm):
    """Body of POST /api/vtracer."""

    image: ImageData
    background: Background = "keep"


class ConvertForm(ApiForm):
    """Body of POST /api/convert. With `parameters`, only that tracing is made."""

    model_config = ConfigDict(json_schema_extra=_no_strokes_to_cut)

    image: ImageData
    target_quality: TargetQuality = None
    min_worst: float | None = Field(
        None, ge=0, le=1, description="Least quality.worst; default: MIN_WORST; 0: no limit."
    )
    max_bytes: _FromOne | None = Field(None, description="Largest SVG, in bytes, if one that small can be made.")
    parameters: TracingParameters | None = Field(None, description="Use exactly this tracing, in one trial.")
    max_trials: Annotated[int, Field(ge=1, le=MOST_TRIALS), BeforeValidator(whole_number)] | None = Field(
        None, description="Most tracings to try."
    )
    strokes: Strokes = Field(
        "auto", description="Lines as strokes: auto: where suitable; never: outlines only; only: strokes only."
    )
    background: Background = "keep"
    units: Units = Field(
        "px", description="Unit of the SVG's width and height; mm, in: by the file's resolution, else 96 per inch."
    )
    precision: Annotated[int, Field(ge=0, le=MOST_DECIMALS), BeforeValidator(whole_number)] | None = Field(
        None, description="Decimals of coordinates in pixels; default: whole steps of a grid."
    )
    palette: Palette | None = None
    monochrome: Monochrome | None = None
    cutter: Cutter | None = None
    pretty: bool = Field(False, description="Readable output: ids, groups by colour, line breaks, a comment.")
    cache: bool = Field(True, description="Off: convert again instead of answering from the cache.")

    @field_validator("cutter")
    @classmethod
    def _cuts_fills(cls, text: str | None, others: ValidationInfo) -> str | None:
        if text is not None:
            cutter_of(text)
            require_fills(others.data.get("strokes", "auto"), others.data.get("parameters"))
        return text
