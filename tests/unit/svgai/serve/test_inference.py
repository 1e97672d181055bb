"""Batches of items: each image answered, or failing alone."""

import base64

import pytest

from svgai.api.schemas import ClassifyAnswer, ClassifyItem, ItemFault, OptimizeAnswer, OptimizeItem
from svgai.decode.limits import ImageLimits
from svgai.errors import InvalidImage
from svgai.logo_types import LogoType
from svgai.measure.promise import Promise
from svgai.serve.inference import Inference, image_bytes
from svgai.serve.metrics import NoMetrics
from tests.fakes.serving_fakes import RednessNetwork, TwoCandidates, fake_models, png

RED, BLUE = (200, 30, 30), (30, 30, 200)
TARGETS: dict[LogoType, float] = {"simple": 0.95, "text": 0.9, "gradient": 0.85, "complex": 0.75}


def _inference(network: RednessNetwork | None = None, threads: int = 1) -> Inference:
    return Inference(
        fake_models(network),
        limits=ImageLimits(1_000_000, 40_000_000),
        promise=lambda kind: Promise(TARGETS[kind], 0.8, 3.0),
        metrics=NoMetrics(),
        threads=threads,
    )


def test_types_come_back_in_order() -> None:
    """Each image gets its own type with probabilities that sum to one."""
    answers = _inference().classify([ClassifyItem(image=png(RED)), ClassifyItem(image=png(BLUE))])
    assert [answer.type for answer in answers if isinstance(answer, ClassifyAnswer)] == ["text", "simple"]
    assert isinstance(answers[0], ClassifyAnswer)
    assert answers[0].confidence == pytest.approx(0.9)
    assert sum(answers[0].probabilities.model_dump().values()) == pytest.approx(1)
    assert answers[0].model_version == "classifier:1,optimizer:2"


@pytest.mark.parametrize("threads", [1, 2])
def test_a_bad_image_fails_alone(threads: int) -> None:
    """Between good images a damaged one and bad base64 get their faults, the others their answers."""
    network = RednessNetwork()
    items = [ClassifyItem(image=image) for image in (png(RED), b"no image", "***", png(BLUE))]
    good, damaged, garbled, other = _inference(network, threads).classify(items)
    assert isinstance(good, ClassifyAnswer)
    assert isinstance(other, ClassifyAnswer)
    assert isinstance(damaged, ItemFault)
    assert isinstance(garbled, ItemFault)
    assert (damaged.status, damaged.error.code, garbled.error.code) == (400, "invalid_image", "invalid_image")
    assert network.batches == [2]


def test_a_batch_of_bad_images_asks_no_model() -> None:
    """Where no image can be decoded the models are left alone."""
    network = RednessNetwork()
    (fault,) = _inference(network).optimize([OptimizeItem(image=b"")])
    assert isinstance(fault, ItemFault)
    assert network.batches == []


def test_optimize_takes_the_types_target() -> None:
    """Without a target that of the image's type holds, and the smallest sure tracing is proposed."""
    text, simple = _inference().optimize([OptimizeItem(image=png(RED)), OptimizeItem(image=png(BLUE))])
    assert isinstance(text, OptimizeAnswer)
    assert isinstance(simple, OptimizeAnswer)
    assert (text.target_quality, text.parameters) == (0.9, TwoCandidates.small)
    assert (simple.target_quality, simple.parameters) == (0.95, TwoCandidates.good)
    assert [candidate.predicted.bytes for candidate in simple.candidates] == [1000, 5000]


def test_optimize_takes_the_clients_options() -> None:
    """A target or a size that the client names goes first."""
    (target,) = _inference().optimize([OptimizeItem(image=png(RED), target_quality=0.97)])
    (size,) = _inference().optimize([OptimizeItem(image=png(BLUE), max_bytes=2000)])
    assert isinstance(target, OptimizeAnswer)
    assert isinstance(size, OptimizeAnswer)
    assert target.predicted.bytes == 5000
    assert size.predicted.bytes == 1000


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_base64_may_be_wrapped_or_prefixed(prefix: str) -> None:
    """Line breaks, as `base64` prints them, and data: prefixes are fine."""
    data = bytes(range(256))
    assert image_bytes(prefix + base64.encodebytes(data).decode()) == data


@pytest.mark.parametrize("text", ["a", "ab=c", "äöü", "data:image/png;base64,*"])
def test_text_that_is_no_base64_is_no_image(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidImage):
        image_bytes(text)
