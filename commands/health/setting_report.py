"""
All problems with the settings of a machine: invalid values, misspelt names, contradictions.

The service itself only rejects values: an unknown name may be another program's.
"""

import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dotenv import dotenv_values
from pydantic import AliasChoices, ValidationError

from svgai.serve.logs.log_file import log_file_fault
from svgai.settings import Settings, file_fault, setting_faults

ENV_FILE = Path(".env")

_PREFIX = "SVGAI_"
"""A prefix that people mistakenly put before names."""

_ALIKE = 0.8
_OTHER_PROGRAMS = ("MLFLOW_", "BENTOML_", "OTEL_", "PROMETHEUS_")

Given = Mapping[str, str]
"""Variables by name in capitals, those that are empty left out, as they count as not given."""


@dataclass(frozen=True)
class SettingReport:
    """
    The settings of a machine, with problems.

    Attributes:
        settings: In force, with the default of each that has no valid value.
        sources: Where the value of each comes from, by field: default, environment or .env.
        faults: A line each.
        warnings: A line each: settings without effect, or with an unexpected one.
    """

    settings: Settings
    sources: Mapping[str, str]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def report_on_settings() -> SettingReport:
    """Read the environment, and the .env file of the current folder."""
    environment = _given(os.environ)
    try:
        file = _given(dotenv_values(ENV_FILE)) if ENV_FILE.is_file() else {}
    except UnicodeDecodeError as fault:
        sources = dict.fromkeys(_names(), "default")
        return SettingReport(Settings(_env_file=None), sources, (file_fault(fault),), ())
    settings, values = _settings()
    given = {**file, **environment}
    sources = {field: _source(names, environment, file) for field, names in _names().items()}
    faults = (*values, *_slips(environment, "the environment"), *_slips(file, ENV_FILE.name), *_doubled(given))
    set_here = {field for field, source in sources.items() if source != "default"}
    return SettingReport(
        settings, sources, (*faults, *_contradictions(settings, set_here)), tuple(_idle(settings, set_here))
    )


def _given(variables: Mapping[str, str | None]) -> Given:
    return {name.upper(): value for name, value in variables.items() if value}


def _names() -> dict[str, tuple[str, ...]]:
    """The names of each field's variable; the first takes precedence."""
    names = {}
    for field, info in Settings.model_fields.items():
        alias = info.validation_alias
        choices = tuple(map(str, alias.choices)) if isinstance(alias, AliasChoices) else (field,)
        names[field] = tuple(map(str.upper, choices))
    return names


def _settings() -> tuple[Settings, tuple[str, ...]]:
    try:
        return Settings(), ()
    except ValidationError as invalid:
        wrong = {str(fault["loc"][0]).upper() for fault in invalid.errors()}
        defaults = {
            field: Settings.model_fields[field].default for field, names in _names().items() if wrong & set(names)
        }
        return Settings(**defaults), setting_faults(invalid)


def _source(names: tuple[str, ...], environment: Given, file: Given) -> str:
    for name in names:
        if name in environment:
            return "environment"
        if name in file:
            return ENV_FILE.name
    return "default"


def _slips(given: Given, place: str) -> Iterator[str]:
    known = [name for names in _names().values() for name in names]
    for name in given:
        if name in known or name.startswith(_OTHER_PROGRAMS):
            continue
        if close := difflib.get_close_matches(name.removeprefix(_PREFIX), known, n=1, cutoff=_ALIKE):
            yield f"{name}: {place} has it, and there is no such setting; {close[0]} is one"


def _doubled(given: Given) -> Iterator[str]:
    for first, *others in _names().values():
        for other in others:
            if first in given and other in given and given[first] != given[other]:
                yield f"{other}: it is another name of {first}, and both are given with different values; leave one out"


def _contradictions(settings: Settings, set_here: set[str]) -> Iterator[str]:
    folder = settings.model_dir
    if folder is not None:
        if not folder.is_dir():
            yield f"MODEL_DIR: there is no folder {folder}"
        for name in (settings.classifier_model, settings.optimizer_model):
            if folder.is_dir() and not (folder / name).is_file():
                yield f"MODEL_DIR: {folder} has no {name}"
        if settings.ab_testing_enabled:
            yield "AB_TESTING_ENABLED: an experiment compares models of the Bento, and MODEL_DIR serves others"
    if settings.classifier_model.endswith(".pth") and find_spec("torch") is None:
        yield "CLASSIFIER_MODEL: a .pth needs torch, which is not installed; name the .onnx"
    if settings.online_learning_enabled and not settings.ai_enhanced:
        yield "ONLINE_LEARNING_ENABLED: models learn while they are in use, and AI_ENHANCED is off"
    if settings.log_file is not None and (fault := _log_fault(settings.log_file)):
        yield fault
    if "ai_quality_threshold" in set_here and settings.ai_quality_threshold > max(settings.targets.values()):
        yield "AI_QUALITY_THRESHOLD: it is above every TARGET_QUALITY, so that the service would always be degraded"


def _log_fault(path: Path) -> str | None:
    there = path.exists()
    fault = log_file_fault(path)
    if not there:  # it was made to see whether it can be
        with suppress(OSError):
            path.unlink()
    return fault


def _asks_for_keys(settings: Settings) -> bool:
    return bool(settings.api_keys) or settings.api_keys_file is not None


_IDLE: tuple[tuple[str, Callable[[Settings], bool], str], ...] = (
    ("classifier_model", lambda known: known.model_dir is not None, "it names a file of MODEL_DIR, which is not given"),
    ("optimizer_model", lambda known: known.model_dir is not None, "it names a file of MODEL_DIR, which is not given"),
    ("cache_bytes", lambda known: known.cache_url is None, "the Redis of CACHE_URL keeps conversions instead"),
    ("cache_password", lambda known: known.cache_url is not None, "CACHE_URL is not given"),
    ("ab_test_traffic_split", lambda known: known.ab_testing_enabled, "AB_TESTING_ENABLED is off"),
    ("ab_mode", lambda known: known.ab_testing_enabled, "AB_TESTING_ENABLED is off"),
    ("quality_db_url", lambda known: known.quality_tracking_enabled, "QUALITY_TRACKING_ENABLED is off"),
    ("quality_spool", lambda known: known.quality_tracking_enabled, "QUALITY_TRACKING_ENABLED is off"),
    ("quality_spool_bytes", lambda known: known.quality_tracking_enabled, "QUALITY_TRACKING_ENABLED is off"),
    ("model_performance_tracking", lambda known: known.ai_metrics_enabled, "AI_METRICS_ENABLED is off"),
    ("api_key_rate", _asks_for_keys, "no key is asked for: API_KEYS is empty"),
    ("api_key_concurrency", _asks_for_keys, "no key is asked for: API_KEYS is empty"),
    ("ai_switch_file", lambda known: known.ai_enhanced, "AI_ENHANCED is off"),
    ("model_timeout", lambda known: known.ai_enhanced, "AI_ENHANCED is off"),
    ("model_lazy_loading", lambda known: known.ai_enhanced, "AI_ENHANCED is off"),
)
"""Settings that depend on others: field, whether it has an effect, and the reason if not."""


def _idle(settings: Settings, set_here: set[str]) -> Iterator[str]:
    for field, has_effect, reason in _IDLE:
        if field in set_here and not has_effect(settings):
            yield f"{field.upper()}: it has no effect; {reason}"
