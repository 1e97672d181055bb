"""Which models the command line uses on this machine."""

from pathlib import Path

from svgai.settings import Settings


def models_here(settings: Settings, trained: Path) -> tuple[Path, Path] | None:
    """Folders of the models to use on this machine: MODEL_DIR, else what was trained in `trained`, else None."""
    if not settings.ai_enhanced:
        return None
    if settings.model_dir:
        return settings.model_dir, settings.model_dir
    folders = trained / "classifier", trained / "optimizer"
    return folders if all((folder / "training.json").is_file() for folder in folders) else None
