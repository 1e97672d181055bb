"""What clients send to have images classified, optimized and converted, and the items that BentoML batches."""

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
    "description": f"Images in base64, at most {MOST_IMAGES}; each is answered, or refused, by itself.",
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
    float | None, Field(ge=0, le=1, description="Target ssim; left out: the target of the image's type.")
]

MaxBytes = Annotated[_FromOne | None, Field(description="Largest SVG to propose, in bytes.")]

Background = Annotated[
    str,
    AfterValidator(checked_background),
    Field(
        description="keep: as it is; remove: clear; #rgb or #rrggbb: this colour.",
        json_schema_extra={"pattern": BACKGROUND_FORM},
    ),
]

Monochrome = Annotated[
    str,
    AfterValidator(checked_monochrome),
    Field(
        description="One ink on a clear ground: currentColor, #rgb or #rrggbb; left out: the picture's colours.",
        json_schema_extra={"pattern": MONOCHROME_FORM},
    ),
]

Palette = Annotated[
    str,
    AfterValidator(lambda text: ",".join(palette_of(text))),
    Field(
        description="The only colours, as #rgb or #rrggbb with commas between them; left out: the picture's own.",
        json_schema_extra={"pattern": PALETTE_FORM},
    ),
]


Cutter = Annotated[
    str,
    Field(
        description="Parts to cut, nowhere narrower than 1mm, 0.04in or 3px; 0mm: as fine as may be; left out: layers.",
        json_schema_extra={"pattern": CUTTER_FORM},
    ),
]


def _no_strokes_to_cut(schema: dict[str, JsonValue]) -> None:
    """A cutter's parts are fills, outlined."""
    lines: dict[str, JsonValue] = {"strokes": {"const": "only"}}
    pixels: dict[str, JsonValue] = {
        "parameters": {"type": "object", "required": ["mode"], "properties": {"mode": {"const": "pixels"}}}
    }
    refused: dict[str, JsonValue] = {
        "required": ["cutter"],
        "properties": {"cutter": {"type": "string"}},
        "anyOf": [{"required": list(one), "properties": one} for one in (lines, pixels)],
    }
    # Not as "not": `bentoml build` makes an object of each schema, whose constructor has no such name.
    schema["allOf"] = [{"not": refused}]


class ImageItem(Value):
    """One image of a batch: a plain PNG, or what the models see of any other, as the bytes of picture and features."""

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
    # One wrong entry is enough to know: millions of them would each be kept as a fault of its own.
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
        """The item of one image, of which this is known (see ImageItem), with the form's options."""
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
    """Body of POST /api/convert. With `parameters`, exactly that tracing is made."""

    model_config = ConfigDict(json_schema_extra=_no_strokes_to_cut)

    image: ImageData
    target_quality: TargetQuality = None
    min_worst: float | None = Field(
        None, ge=0, le=1, description="Least quality.worst; left out: MIN_WORST; 0 asks for none."
    )
    max_bytes: _FromOne | None = Field(None, description="Largest SVG to give where one can be made, in bytes.")
    parameters: TracingParameters | None = Field(None, description="Trace exactly so, in one trial.")
    max_trials: Annotated[int, Field(ge=1, le=MOST_TRIALS), BeforeValidator(whole_number)] | None = Field(
        None, description="Tracings to try at most."
    )
    strokes: Strokes = Field(
        "auto", description="Lines as strokes: auto: where that suits them; never: outlines alone; only: strokes alone."
    )
    background: Background = "keep"
    units: Units = Field(
        "px", description="Of the SVG's width and height; mm, in: by the resolution of the image file, else 96 an inch."
    )
    precision: Annotated[int, Field(ge=0, le=MOST_DECIMALS), BeforeValidator(whole_number)] | None = Field(
        None, description="Decimals of coordinates in pixels; left out: whole steps of a grid."
    )
    palette: Palette | None = None
    monochrome: Monochrome | None = None
    cutter: Cutter | None = None
    pretty: bool = Field(False, description="For people to read: ids, groups by colour, line breaks, a comment.")
    cache: bool = Field(True, description="Off: convert anew, whatever an equal request got before.")

    @field_validator("cutter")
    @classmethod
    def _cuts_fills(cls, text: str | None, others: ValidationInfo) -> str | None:
        if text is not None:
            cutter_of(text)
            require_fills(others.data.get("strokes", "auto"), others.data.get("parameters"))
        return text
