"""Whether local models are intact: trainings, the folder of MODEL_DIR, the models of the newest Bento."""

from pathlib import Path

import yaml

from commands.delivery.built_bentos import BUILT, bento_folder, bentoml_home, newest_stored
from commands.health.finding import Finding
from svgai.errors import ModelFault, SvgAiError
from svgai.model_files.metadata import read_entry
from svgai.model_files.training_record import ModelKind, file_sha256, read_record
from svgai.settings import Settings

KINDS: tuple[ModelKind, ...] = ("classifier", "optimizer")


def trainings_finding(runs: Path) -> Finding:
    """Whether the files of trainings are those that their records name."""
    found, faults = [], []
    for kind in KINDS:
        if (runs / kind / "training.json").is_file():
            try:
                found.append(f"{kind} of {read_record(runs / kind).created:%Y-%m-%d %H:%M}")
            except SvgAiError as fault:
                faults.append(str(fault))
    if faults:
        return Finding("trainings", "fault", "; ".join(faults), "svgai train")
    return Finding("trainings", "ok", ", ".join(found) or "none here yet")


def model_folder_finding(settings: Settings) -> Finding:
    """Whether the folder of MODEL_DIR has both models, with the digests that its metadata name."""
    folder = settings.model_dir
    if folder is None:
        return Finding("MODEL_DIR", "ok", "not given: a service has its Bento's own models")
    from svgai.model_files.model_pair import ModelSource

    mend = f"svgai export {folder}"
    try:
        contents = ModelSource(folder, folder, settings.classifier_model, settings.optimizer_model).read()
        entries = [read_entry(folder, kind) for kind in KINDS]
    except ModelFault as fault:
        return Finding("MODEL_DIR", "fault", str(fault), mend)
    files = (contents.classifier.file, contents.optimizer.file)
    told = ", ".join(f"{file.path.name} {file.version} ({file.sha256[:12]})" for file in files)
    unnamed = [
        file.path.name
        for file, entry in zip(files, entries, strict=True)
        if entry is None or entry.vouching_for(file.path.name) is None
    ]
    if unnamed:
        return Finding("MODEL_DIR", "warning", f"{told}; no metadata.json vouches for {', '.join(unnamed)}", mend)
    return Finding("MODEL_DIR", "ok", told)


def bento_finding() -> Finding:
    """Whether the newest good Bento of this folder is in the store, and its models are as they were imported."""
    tag = newest_stored()
    if tag is None and BUILT.is_file():
        return Finding(
            "Bento", "warning", f"the store at {bentoml_home()} has none of those that were built here", "svgai build"
        )
    if tag is None:
        return Finding("Bento", "ok", "none built here yet")
    models = _models_of(tag)
    faults = [f"{model}: {fault}" for model in models if (fault := _damage(model))]
    if faults:
        return Finding("Bento", "fault", f"{tag}: {'; '.join(faults)}", "svgai build")
    return Finding("Bento", "ok", f"{tag} of {', '.join(models)}")


def _models_of(bento: str) -> list[str]:
    """Tags of the models that a Bento of the store was built with."""
    described = yaml.safe_load((bento_folder(bento) / "bento.yaml").read_text(encoding="utf-8"))
    parts = [described, *described["services"]]
    return [model["tag"] for part in parts for model in part["models"]]


def _damage(model: str) -> str:
    """What is wrong with a model in BentoML's store; empty if it is as imported."""
    name, _, version = model.partition(":")
    folder = bentoml_home() / "models" / name / version
    kind = next(kind for kind in KINDS if name.endswith(kind))
    try:
        entry = read_entry(folder, kind)
        if entry is None or entry.file is None:
            return f"{folder} has no metadata of it"
        path = folder / entry.file
        return "" if file_sha256(path) == entry.sha256 else f"{path} is not the file that its metadata name"
    except (ModelFault, OSError) as fault:
        return str(fault)
