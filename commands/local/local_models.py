"""Which models the command line uses on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

from svgai.errors import ModelFault
from svgai.settings import Settings

if TYPE_CHECKING:
    from svgai.model_files.model_pair import ModelSource


def models_here(settings: Settings, trained: Path) -> "ModelSource | None":
    """The models to use on this machine: those that MODEL_DIR holds, else what was trained in `trained`, else None."""
    from svgai.model_files.model_pair import ModelSource  # takes seconds, and --help needs no model

    if not settings.ai_enhanced:
        return None
    if settings.model_dir:
        return ModelSource(settings.model_dir, settings.model_dir, settings.classifier_model, settings.optimizer_model)
    folders = trained / "classifier", trained / "optimizer"
    return ModelSource(*folders) if all((folder / "training.json").is_file() for folder in folders) else None


def require_models(settings: Settings, trained: Path) -> "ModelSource":
    """
    The same; required.

    Raises:
        ModelFault: there are none, or AI_ENHANCED is false.
    """
    source = models_here(settings, trained)
    if source is None:
        raise ModelFault("there are no models here: `make serve` trains them")
    return source
