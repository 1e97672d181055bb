"""Converts the bytes of an image to an SVG with measurements: locally, or by a service."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import Protocol, cast

import cv2

from svgai.client import Client, ConvertOptions
from svgai.convert.conversion import ConversionOptions, convert
from svgai.decode.image_files import decode_image
from svgai.logo_types import LogoType
from svgai.measure.promise import Measure
from svgai.measure.quality import Quality
from svgai.model_files.model_pair import Models, ModelSource
from training.search.code_digest import code_digest


@dataclass(frozen=True)
class Converted:
    """An SVG and what was measured of it."""

    svg: str
    type: LogoType | None
    quality: Quality
    target_quality: float
    missed: tuple[Measure, ...]
    trials: int
    measured_px: int
    model_version: str


class Converter(Protocol):
    """Converts images; can be sent to other processes. `recipe` identifies all that an SVG depends on but its image."""

    @property
    def recipe(self) -> str: ...

    def convert(self, image: bytes) -> Converted:
        """The SVG of an image file. Raises SvgAiError, or ClientError of a service."""


@dataclass(frozen=True)
class LocalConverter:
    """Converts in this process, which loads the models once."""

    options: ConversionOptions
    max_pixels: int
    source: ModelSource | None

    @property
    def recipe(self) -> str:
        models = _models(self.source)
        return _digest({"options": asdict(self.options), "models": models.version if models else "none"})

    def convert(self, image: bytes) -> Converted:
        # A local file may be larger than what a server accepts; its pixels are limited all the same.
        raster = decode_image(image, max_bytes=len(image) + 1, max_pixels=self.max_pixels)
        done = convert(raster.rgba, _models(self.source), self.options, raster.resolution)
        return Converted(
            done.svg,
            done.logo_type,
            done.quality,
            done.promise.target,
            done.missed,
            done.trials,
            done.measured_px,
            done.model_version,
        )


@dataclass(frozen=True)
class ServiceConverter:
    """Converts by a service. Its models are not known in advance, so a change of them causes no new conversions."""

    url: str
    api_key: str | None = field(repr=False)  # workers of a cluster log their arguments
    options: tuple[tuple[str, object], ...]

    @property
    def recipe(self) -> str:
        return _digest({"options": self.options, "service": self.url})

    def convert(self, image: bytes) -> Converted:
        options = cast("ConvertOptions", dict(self.options))
        done = _client(self.url, self.api_key).convert(image, **options)
        figures = done.quality
        return Converted(
            done.svg,
            done.type,
            Quality(figures.ssim, figures.worst, figures.edge_ssim, figures.delta_e, figures.bytes, figures.paths),
            done.target_quality,
            tuple(done.missed),
            done.trials,
            figures.measured_px,
            done.model_version,
        )


@lru_cache(maxsize=1)
def code_version() -> str:
    """The version of this package and the beginning of its code's digest."""
    return f"{version('svgai')}+{code_digest()[:8]}"


@lru_cache(maxsize=1)
def _models(source: ModelSource | None) -> Models | None:
    cv2.setNumThreads(1)  # there is already one process per core
    return source.load() if source else None


@lru_cache(maxsize=4)
def _client(url: str, api_key: str | None) -> Client:
    return Client(url, api_key=api_key)


def _digest(of: Mapping[str, object]) -> str:
    text = json.dumps({**of, "code": code_version()}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
