"""
The model that `mlflow models serve` serves: `python -m loadtests.peers.apps.mlflow_model FOLDER` writes its folder.

MLflow stores this file, not a pickle ("models from code"), and runs it when the model is loaded.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

import mlflow
from mlflow.pyfunc.model import PythonModel

from loadtests.servers.local_inference import peer_inference


class Classify(PythonModel):
    """Images in base64 to answers, as `/invocations` has them: {"inputs": [...]} to {"predictions": [...]}."""

    def load_context(self, context: Any) -> None:
        del context
        self.inference = peer_inference()

    def predict(self, context: Any, model_input: list[str], params: Any = None) -> list[dict[str, Any]]:
        del context, params
        return [answer.model_dump() for answer in self.inference.classify(model_input)]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    mlflow.pyfunc.save_model(folder, python_model=__file__, pip_requirements=[])
else:
    mlflow.models.set_model(Classify())
