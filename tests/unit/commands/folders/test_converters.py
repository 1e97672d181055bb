"""Images to SVG with their figures, by this code and by a service."""

from dataclasses import replace
from pathlib import Path

import pytest

from commands.folders.converters import LocalConverter, ServiceConverter
from svgai.convert.conversion import ConversionOptions
from svgai.decode.pixels import encode_png
from svgai.errors import InvalidImage, ModelFault, TooLarge
from svgai.logo_types import LOGO_TYPES
from svgai.measure.quality import Reference
from svgai.model_files.model_pair import ModelSource
from tests.fakes.tiny_models import drawn_logo

pytestmark = pytest.mark.slow

OPTIONS = ConversionOptions(dict.fromkeys(LOGO_TYPES, 0.9))
IMAGE = encode_png(drawn_logo(1, 32))


def test_an_image_is_converted_and_measured() -> None:
    """The quality is that of exactly this SVG."""
    done = LocalConverter(OPTIONS, 10**6, None).convert(IMAGE)
    assert done.quality == Reference(drawn_logo(1, 32)).measure(done.svg)
    assert (done.type, done.target_quality, done.missed, done.model_version) == (None, 0.9, (), "none")


def test_what_was_missed_is_told() -> None:
    """It is the best that there is."""
    assert LocalConverter(replace(OPTIONS, max_bytes=10), 10**6, None).convert(IMAGE).missed == ("bytes",)


def test_models_name_the_type(models_folder: Path) -> None:
    """And are in the recipe: other models, other SVGs."""
    with_models = LocalConverter(OPTIONS, 10**6, ModelSource(models_folder, models_folder))
    assert with_models.convert(IMAGE).type in LOGO_TYPES
    assert with_models.recipe != LocalConverter(OPTIONS, 10**6, None).recipe


def test_the_recipe_stands_for_the_options() -> None:
    """The same for the same ones."""
    recipe = LocalConverter(OPTIONS, 10**6, None).recipe
    assert LocalConverter(replace(OPTIONS), 10**6, None).recipe == recipe
    assert LocalConverter(replace(OPTIONS, strokes="never"), 10**6, None).recipe != recipe
    service = ServiceConverter("http://a", "key", (("strokes", "auto"),))
    assert service.recipe == replace(service, api_key="other").recipe
    assert service.recipe != replace(service, url="http://b").recipe


def test_large_files_are_fine_and_large_pictures_are_not() -> None:
    """The limit on bytes is the server's; the limit on pixels protects this machine too."""
    with pytest.raises(TooLarge, match="32 x 32 pixels; at most 1,000"):
        LocalConverter(OPTIONS, 1000, None).convert(IMAGE)
    with pytest.raises(InvalidImage):
        LocalConverter(OPTIONS, 1000, None).convert(b"garbage")


def test_models_that_do_not_load_are_a_fault(tmp_path: Path) -> None:
    """Not fixed tracings in their place: the person asked for models."""
    with pytest.raises(ModelFault):
        _ = LocalConverter(OPTIONS, 10**6, ModelSource(tmp_path, tmp_path)).recipe
