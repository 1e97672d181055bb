"""LitServe with its batching: `python -m loadtests.peers.apps.litserve_app PORT`."""

import sys
from collections.abc import Sequence

import litserve

from loadtests.servers.local_inference import peer_inference
from svgai.api.schemas.answers import ClassifyAnswer, ItemFault

MAX_BATCH_SIZE = 20
BATCH_TIMEOUT_S = 0.0005
"""How long LitServe fills a batch once the worker is free; it also waits that long for a single request."""


class Classify(litserve.LitAPI):  # type: ignore[misc]
    """Classify, batch by batch, in LitServe's one worker process."""

    def setup(self, device: str) -> None:
        del device
        self.inference = peer_inference()

    def decode_request(self, request: dict[str, str]) -> str:
        return request["image"]

    def batch(self, inputs: Sequence[str]) -> list[str]:
        return list(inputs)

    def predict(self, x: list[str]) -> list[ClassifyAnswer | ItemFault]:
        return self.inference.classify(x)

    def unbatch(self, output: list[ClassifyAnswer | ItemFault]) -> list[ClassifyAnswer | ItemFault]:
        return output

    def encode_response(self, output: ClassifyAnswer | ItemFault) -> dict[str, object]:
        return output.model_dump()


if __name__ == "__main__":
    api = Classify(max_batch_size=MAX_BATCH_SIZE, batch_timeout=BATCH_TIMEOUT_S, api_path="/classify")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1, fast_queue=True)
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        num_api_servers=1,
        log_level="warning",
        generate_client_file=False,
        access_log=False,
    )
