"""Batches of items: each image answered, in order."""

from collections.abc import Sequence
from typing import Any, TypeVar

import pytest

from svgai.api.schemas.answers import ClassifyAnswer, OptimizeAnswer
from svgai.api.schemas.image_forms import ClassifyItem, OptimizeItem
from svgai.decode.image_files import decode_image
from svgai.logo_types import LogoType
from svgai.measure.promise import Promise
from svgai.model_files.model_pair import model_input
from svgai.serve.inference import Inference
from svgai.serve.monitoring.metrics import NoMetrics
from tests.fakes.serving_fakes import RednessNetwork, TwoCandidates, fake_models, png

T = TypeVar("T")

RED, BLUE = (200, 30, 30), (30, 30, 200)
TARGETS: dict[LogoType, float] = {"simple": 0.95, "text": 0.9, "gradient": 0.85, "complex": 0.75}


def _inference(network: RednessNetwork | None = None) -> Inference:
    return Inference(fake_models(network), promise=lambda kind: Promise(TARGETS[kind], 0.8, 3.0), metrics=NoMetrics())


def _answers(kind: type[T], answers: Sequence[object]) -> list[T]:
    assert all(isinstance(answer, kind) for answer in answers)
    return [answer for answer in answers if isinstance(answer, kind)]


def _seen(colour: tuple[int, int, int]) -> dict[str, Any]:
    seen = model_input(decode_image(png(colour)).rgba)
    return {"picture": seen.picture.tobytes(), "features": seen.features.tobytes()}


def test_types_come_back_in_order() -> None:
    """Each image gets its own type with probabilities that sum to one; all are answered in one batch."""
    network = RednessNetwork()
    items = [ClassifyItem(**_seen(RED)), ClassifyItem(**_seen(BLUE))]
    answers = _answers(ClassifyAnswer, _inference(network).classify(items))
    assert [answer.type for answer in answers] == ["text", "simple"]
    assert answers[0].confidence == pytest.approx(0.9)
    assert sum(answers[0].probabilities.model_dump().values()) == pytest.approx(1)
    assert answers[0].model_version == "classifier:1,optimizer:2"
    assert network.batches == [2]


def test_optimize_takes_the_types_target() -> None:
    """Without a target that of the image's type holds, and the smallest sure tracing is proposed."""
    items = [OptimizeItem(**_seen(RED)), OptimizeItem(**_seen(BLUE))]
    text, simple = _answers(OptimizeAnswer, _inference().optimize(items))
    assert (text.target_quality, text.parameters) == (0.9, TwoCandidates.small)
    assert (simple.target_quality, simple.parameters) == (0.95, TwoCandidates.good)
    assert [candidate.predicted.bytes for candidate in simple.candidates] == [1000, 5000]


def test_optimize_takes_the_clients_options() -> None:
    """A target or a size that the client names goes first."""
    items = [OptimizeItem(**_seen(RED), target_quality=0.97), OptimizeItem(**_seen(BLUE), max_bytes=2000)]
    target, size = _answers(OptimizeAnswer, _inference().optimize(items))
    assert target.predicted.bytes == 5000
    assert size.predicted.bytes == 1000
