"""What one core could do."""

import pytest

from loadtests.benchmarks.limit import measure_limit
from loadtests.servers.local_inference import LocalInference
from svgai.decode.limits import ImageLimits
from svgai.measure.promise import Promise
from svgai.serve.inference import Inference
from svgai.serve.monitoring.metrics import NoMetrics
from tests.fakes.serving_fakes import RednessNetwork, fake_models, png


@pytest.mark.parametrize("images, batches", [(3, {1, 3}), (5, {1, 4})])
def test_batches_hold_as_many_images_as_there_are(images: int, batches: set[int]) -> None:
    """At most the batch that was asked for; a few images give all four figures, too, however short the time."""
    network = RednessNetwork()
    inference = Inference(
        fake_models(network),
        promise=lambda _: Promise(0.9, 0.8, 3.0),
        metrics=NoMetrics(),
    )
    local = LocalInference(inference, ImageLimits(1_000_000, 1_000_000))
    limit = measure_limit(local, [png((200, 30, 30))] * images, 4, 0)
    assert min(limit.classify_single, limit.classify_batched, limit.optimize_single, limit.optimize_batched) > 0
    assert set(network.batches) == batches
