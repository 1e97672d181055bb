"""What worker processes do, here in the test's own process."""

import io
from dataclasses import replace
from typing import cast

import pytest
from PIL import Image

from svgai.arms import Arm
from svgai.convert.conversion import ConversionOptions
from svgai.decode.limits import ImageLimits
from svgai.errors import InvalidImage, NotReady, TooLarge
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.model_pair import ArmContents, ModelContents, Models
from svgai.serve.workers.conversion_worker import convert_image, explore_image, measure_default, set_up
from svgai.trace.parameters import TracingParameters
from tests.fakes.serving_fakes import TwoCandidates, fake_models, png

OPTIONS = ConversionOptions(
    targets=dict.fromkeys(LOGO_TYPES, 0.9), parameters=TracingParameters(upscale=1), max_trials=1
)


def test_without_models_images_are_converted() -> None:
    """A worker that was set up without models traces and measures."""
    set_up({}, ImageLimits(100_000, 100_000), 3)
    conversion = convert_image(png(), OPTIONS)
    assert conversion.logo_type is None
    assert conversion.svg.startswith("<svg")
    assert 0 < measure_default(png(), "keep", 2048).ssim <= 1


def test_a_file_s_resolution_reaches_the_conversion() -> None:
    """An SVG in inches is as large as the file says."""
    set_up({}, ImageLimits(100_000, 100_000), 3)
    buffer = io.BytesIO()
    Image.open(io.BytesIO(png())).save(buffer, "PNG", dpi=(100, 100))
    svg = convert_image(buffer.getvalue(), replace(OPTIONS, units="in")).svg
    width = Image.open(buffer).width
    assert f'width="{width / 100:g}in"' in svg


def test_limits_hold_in_the_worker() -> None:
    """Images are decoded in the worker, within the service's limits."""
    set_up({}, ImageLimits(100_000, 1_000), 3)
    with pytest.raises(TooLarge):
        convert_image(png(), OPTIONS)
    with pytest.raises(InvalidImage):
        convert_image(b"no image", OPTIONS)


class AskedContents:
    """Gives models, and keeps whether a GPU was asked for; of no hash, as a model that says what it learned from."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.gpu: list[bool] = []

    def load(self, *, gpu: bool = False) -> Models:
        self.gpu.append(gpu)
        return fake_models()


def test_workers_leave_the_gpu_alone() -> None:
    """Its memory is not shared out among processes that classify one image at a time."""
    contents = AskedContents()
    set_up({"champion": cast("ModelContents", contents)}, ImageLimits(100_000, 100_000), 3)
    assert contents.gpu == [False]


@pytest.mark.parametrize("most, loads", [(1, [2, 1]), (2, [1, 1])])
def test_it_keeps_no_more_versions_loaded_than_it_may(most: int, loads: list[int]) -> None:
    """Each arm's models convert; where only one version may be loaded, the other one is loaded anew for each change."""
    champion, challenger = AskedContents(), AskedContents()
    arms: ArmContents = {"champion": cast("ModelContents", champion), "challenger": cast("ModelContents", challenger)}
    set_up(arms, ImageLimits(100_000, 100_000), most)
    turns: tuple[Arm, ...] = ("champion", "challenger", "champion")
    made = [convert_image(png(), OPTIONS, arm) for arm in turns]
    assert [len(champion.gpu), len(challenger.gpu)] == loads
    assert all(one.processor_s > 0 for one in made)


def test_what_is_tried_to_learn_from_is_drawn_from_the_portfolio() -> None:
    """Each tracing is as likely, the chance is kept with it, and the features are those that the models saw."""
    set_up({"champion": cast("ModelContents", AskedContents())}, ImageLimits(100_000, 100_000), 3)
    made = [explore_image(png(), replace(OPTIONS, parameters=None), share=0.1) for _ in range(12)]
    tried = [one for conversion in made for one in conversion.tried]
    assert {one.parameters for one in tried} == set(TwoCandidates.portfolio)
    assert {one.chance for one in tried} == {0.1 / 2}
    assert all(conversion.features and len(conversion.tried) == 1 for conversion in made)
    set_up({}, ImageLimits(100_000, 100_000), 3)
    with pytest.raises(NotReady):
        explore_image(png(), OPTIONS, share=0.1)
