"""MLServer with its adaptive batching: a custom runtime for the V2 protocol, `mlserver start FOLDER`."""

import asyncio

from mlserver import MLModel
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput

from loadtests.servers.local_inference import peer_inference
from svgai.api.schemas.answers import ClassifyAnswer
from svgai.logo_types import LOGO_TYPES


class Classify(MLModel):  # type: ignore[misc]
    """Images in base64, a BYTES tensor [n, 1], to types [n, 1] and probabilities [n, 4] in the order of LOGO_TYPES."""

    async def load(self) -> bool:
        self.inference = peer_inference()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        (images,) = payload.inputs
        answers = await asyncio.to_thread(self.inference.classify, list(images.data))
        seen = [answer for answer in answers if isinstance(answer, ClassifyAnswer)]
        if len(seen) < len(answers):
            raise ValueError("an image of the batch cannot be read")
        probabilities = [getattr(answer.probabilities, kind) for answer in seen for kind in LOGO_TYPES]
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                ResponseOutput(name="type", shape=[len(seen), 1], datatype="BYTES", data=[one.type for one in seen]),
                ResponseOutput(
                    name="probabilities", shape=[len(seen), len(LOGO_TYPES)], datatype="FP32", data=probabilities
                ),
            ],
        )
