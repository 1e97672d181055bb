"""The settings of the service and the command line: environment variables, or a `.env` file in the current folder."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from svgai.api_keys import is_hashed
from svgai.arms import Mode
from svgai.errors import SvgAiError
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.setting_checks import (
    as_keys,
    as_keys_file,
    at_most_cores,
    checked_cache_url,
    checked_database,
    checked_endpoint,
    checked_origins,
    checked_root_path,
    parts_of,
    with_outcomes,
)


class InvalidSettings(SvgAiError):
    """One line for each setting that is not valid."""

    code = "invalid_settings"


_CREDENTIALS = re.compile(r"(?<=://)(?:[^/\s:]+:\S*|[^/\s]*)(?=@)|(?<=password=)[^&\s]*")


def without_credentials(text: str) -> str:
    """The text with `***` for the user and password of every address in it."""
    return _CREDENTIALS.sub("***", text)


_SQLITE = "sqlite:///"

_SECRET = tuple(
    (name,)
    for name in (
        "api_keys",
        "client_api_key",
        "quality_db_url",
        "quality_tracking_db",
        "cache_url",
        "cache_password",
        "otlp_endpoint",
    )
)
"""Settings whose values are never shown, in lower case."""

Quality = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseSettings):
    """All settings. A field's name in capitals is the environment variable."""

    model_config = SettingsConfigDict(frozen=True, env_file=".env", extra="ignore", env_ignore_empty=True)

    ai_enhanced: bool = Field(
        True, description="Use the models. Off: convert uses fixed settings; classify and optimize answer 503."
    )
    ai_switch_file: Path | None = Field(
        None,
        description="File that switches the models off while it contains off; takes effect within two seconds.",
    )
    model_dir: Path | None = Field(
        None, description="Folder of model files to serve in place of the Bento's own models."
    )
    classifier_model: str = Field(
        "classifier.onnx", description="Classifier file in MODEL_DIR; a .pth works where torch is installed."
    )
    optimizer_model: str = Field("optimizer.xgb", description="Optimizer file in MODEL_DIR.")
    model_lazy_loading: bool = Field(
        True,
        description="Load the models in the background after start. Off: load before start, or fail.",
    )
    model_timeout: float = Field(30, gt=0, allow_inf_nan=False, description="Seconds that loading the models may take.")

    model_cache_size: int = Field(3, ge=1, description="Versions of the models that a process keeps loaded at once.")

    ai_batch_size: int = Field(20, ge=1, le=256, description="Most images that classify or optimize take in one batch.")
    ai_batch_max_latency_ms: int = Field(
        10_000,
        ge=1,
        description="Milliseconds that classify or optimize may wait for a batch; then the answer is 429.",
    )
    ai_max_workers: Annotated[int, AfterValidator(at_most_cores)] = Field(
        4, ge=1, description="Processes that convert; never more than the cores, or a container's quota of them."
    )
    ai_inference_timeout: float = Field(
        10,
        gt=0,
        allow_inf_nan=False,
        validation_alias=AliasChoices("ai_inference_timeout", "ai_max_inference_time"),
        description="Seconds that one conversion may take. AI_MAX_INFERENCE_TIME is the same.",
    )
    ai_quality_threshold: Quality = Field(
        0.85, description="Mean ssim of recent conversions below which /api/ai-status says degraded."
    )
    target_quality_simple: Quality = Field(
        0.95, description="Target ssim of a simple image where the client names none."
    )
    target_quality_text: Quality = Field(0.90, description="The same for text.")
    target_quality_gradient: Quality = Field(0.85, description="The same for a gradient image.")
    target_quality_complex: Quality = Field(0.75, description="The same for a complex image.")
    max_delta_e: float = Field(
        3.0, gt=0, description="Largest colour difference (CIE76) at which a target counts as met."
    )
    min_worst: Quality = Field(0.8, description="Lowest local ssim at which a target counts as met; 0: no limit.")
    measured_side: int = Field(
        2048, ge=512, le=8192, description="Longest side, in pixels, at which an SVG is compared with its source."
    )

    ai_metrics_enabled: bool = Field(True, description="Publish the ai_* and svgai_* metrics.")
    model_performance_tracking: bool = Field(
        True, description="Measure the improvement over the default tracing, on a sample of conversions."
    )

    quality_tracking_enabled: bool = Field(
        True, description="Store the outcome of every conversion in the quality database, and accept feedback."
    )
    quality_db_url: Annotated[str, AfterValidator(checked_database)] = Field(
        "sqlite:///quality_tracking.db",
        validation_alias=AliasChoices("quality_db_url", "quality_tracking_db"),
        description="The quality database: sqlite:///FILE or postgresql://; QUALITY_TRACKING_DB is the same.",
    )
    quality_spool: Path | None = Field(
        None,
        description="Folder where rows wait for the database; unset: beside its file, or in a folder of TMPDIR.",
    )
    quality_spool_bytes: int = Field(
        64_000_000, ge=1_000_000, description="Most bytes that may wait there; further rows are counted and dropped."
    )

    ab_testing_enabled: Annotated[bool, AfterValidator(with_outcomes)] = Field(
        False, description="Compare the models in Staging, as challenger, with those in Production."
    )
    ab_test_traffic_split: Quality = Field(0.1, description="Share of images that the challenger converts.")
    ab_mode: Mode = Field(
        "split",
        description="split: these get the challenger's answers; shadow: the champion's, and both are compared.",
    )

    online_learning_enabled: Annotated[bool, AfterValidator(with_outcomes)] = Field(
        False,
        description="Try another tracing for one image in twenty; svgai watch trains on the outcomes.",
    )
    learning_rate_decay: float = Field(
        0.95, gt=0, le=1, description="Weight of a week-old outcome in a training, relative to one of today."
    )

    api_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parts_of), AfterValidator(as_keys)] = Field(
        (), description="Comma-separated keys, or NAME:sha256:HASH for each; empty: no key is required."
    )
    api_keys_file: Annotated[FilePath, AfterValidator(as_keys_file)] | None = Field(
        None, description="File of further keys, one per line; changes take effect within a second, without a restart."
    )
    api_key_rate: float = Field(
        0.0, ge=0, allow_inf_nan=False, description="API requests a second that one key may send; 0: any number."
    )
    api_key_concurrency: int = Field(
        0, ge=0, description="API requests that one key may have in progress at once; 0: any number."
    )
    client_api_key: SecretStr | None = Field(
        None, description="Key with which commands call a service; unset: the first plain-text one of API_KEYS."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parts_of), AfterValidator(checked_origins)] = (
        Field((), description="Comma-separated origins whose pages may call the API from a browser; * for any.")
    )
    root_path: Annotated[str, AfterValidator(checked_root_path)] = Field(
        "", description="Path prefix added by a proxy, such as /svg; X-Forwarded-Prefix takes precedence."
    )
    max_body_bytes: int = Field(10_000_000, ge=1_000, description="Largest request body in bytes.")
    max_pixels: int = Field(33_000_000, ge=1, description="Most pixels that an image may decode to.")
    max_concurrency: int = Field(64, ge=1, description="Most API requests in progress; more are rejected with 429.")
    max_connections: int = Field(
        1_000, ge=8, description="Most connections; beyond that, those that wait longest for their client are closed."
    )
    cache_bytes: int = Field(
        16_000_000,
        ge=0,
        description="Bytes of memory for conversions cached for equal requests; 0: no cache.",
    )
    cache_url: Annotated[SecretStr, AfterValidator(checked_cache_url)] | None = Field(
        None,
        description="Redis for that cache, shared by all services that use it: redis://HOST; rediss:// for TLS.",
    )
    cache_password: SecretStr | None = Field(
        None, description="Password of that Redis, unescaped, if CACHE_URL has none."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severity that is logged."
    )
    log_format: Literal["json", "text"] = Field("json", description="Form of the log lines.")
    log_file: Path | None = Field(None, description="Also log to this file (rotated, 10 MB x 5).")
    otlp_endpoint: Annotated[str, AfterValidator(checked_endpoint)] | None = Field(
        None, description="OpenTelemetry collector that traces are sent to by HTTP, such as http://collector:4318."
    )
    mlflow_tracking_uri: str = Field(
        "sqlite:///mlflow.db", description="Where runs and models are logged (command line only)."
    )

    def target_quality(self, logo_type: LogoType) -> float:
        """The default target ssim of an image type."""
        return float(getattr(self, f"target_quality_{logo_type}"))

    @property
    def targets(self) -> dict[LogoType, float]:
        """The default target ssim of every image type."""
        return {logo_type: self.target_quality(logo_type) for logo_type in LOGO_TYPES}

    @property
    def own_key(self) -> str | None:
        """The plain-text key with which this machine's commands call a service, if there is one."""
        if self.client_api_key is not None:
            return self.client_api_key.get_secret_value()
        return next((entry for entry in self.api_keys if not is_hashed(entry)), None)

    @property
    def kept_in_place(self) -> dict[str, str]:
        """
        Variables with absolute paths of the quality database and its spool, for a process in another folder.

        BentoML serves a Bento in the Bento's own folder, which the next one would not share.
        """
        places = {"QUALITY_DB_URL": self.quality_db_url}
        if self.quality_db_url.startswith(_SQLITE):
            places["QUALITY_DB_URL"] = f"{_SQLITE}{Path(self.quality_db_url.removeprefix(_SQLITE)).absolute()}"
        if self.quality_spool is not None:
            places["QUALITY_SPOOL"] = str(self.quality_spool.absolute())
        return places

    def public(self) -> dict[str, object]:
        """All values, with secrets left out."""
        shown = self.model_dump(mode="json")
        return {
            **shown,
            "api_keys": f"{len(self.api_keys)} keys" if self.api_keys else "",
            "cache_url": without_credentials(self.cache_url.get_secret_value()) if self.cache_url else None,
            "mlflow_tracking_uri": without_credentials(self.mlflow_tracking_uri),
            "quality_db_url": without_credentials(self.quality_db_url),
        }


def load_settings() -> Settings:
    """
    Read the settings from the environment.

    Raises:
        InvalidSettings: with one line for each setting that is not valid.
    """
    try:
        return Settings()
    except ValidationError as invalid:
        raise InvalidSettings("\n".join(setting_faults(invalid))) from None
    except UnicodeDecodeError as fault:
        raise InvalidSettings(file_fault(fault)) from None


def setting_faults(invalid: ValidationError) -> tuple[str, ...]:
    """A line for each value that is not valid: its setting, what is wrong, and unless it is secret the given value."""
    return tuple(
        f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg'].removeprefix('Value error, ')}"
        + ("" if tuple(map(str.lower, map(str, fault["loc"][:1]))) in _SECRET else f" (got {fault['input']!r})")
        for fault in invalid.errors()
    )


def file_fault(fault: UnicodeDecodeError) -> str:
    """A line for a .env file that is not text."""
    return f".env: not UTF-8 text ({fault.reason} at byte {fault.start})"
