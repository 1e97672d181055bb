"""The reference for drift in this project's quality database: the training data of its models in Production."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from svgai.errors import ModelFault, RegistryFault

if TYPE_CHECKING:  # these import mlflow and SQLAlchemy
    from mlflow import MlflowClient

    from registry.mlflow_store.versions import Version
    from svgai.model_files.input_reference import InputReference
    from svgai.outcomes.drift_watch import DriftWatch


def production_watch(
    client: "MlflowClient", production: "Sequence[Version]", since: datetime | None = None
) -> "DriftWatch | None":
    """A drift watch with the versions' references; None if their records have none."""
    from registry.mlflow_store.version_files import fetch_record
    from svgai.outcomes.drift_watch import DriftWatch

    reference: InputReference | None = None
    for version in production:
        with tempfile.TemporaryDirectory() as folder, suppress(RegistryFault, ModelFault):
            inputs = fetch_record(client, version, Path(folder)).inputs
            reference = inputs if reference is None else reference.joined(inputs)
    return DriftWatch(reference, since) if reference else None
