"""Settings from the environment and .env, checked as a whole."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from svgai.logo_types import LOGO_TYPES
from svgai.processors import usable_processors
from svgai.settings import InvalidSettings, Settings, load_settings

pytestmark = pytest.mark.usefixtures("clean_environment")


def test_the_defaults_are_the_promised_ones() -> None:
    """What the service does when nobody says anything."""
    settings = load_settings()
    assert settings.ai_enhanced
    assert settings.model_dir is None
    assert (settings.classifier_model, settings.optimizer_model) == ("classifier.onnx", "optimizer.xgb")
    assert settings.targets == {"simple": 0.95, "text": 0.90, "gradient": 0.85, "complex": 0.75}
    assert (settings.max_body_bytes, settings.max_pixels, settings.max_delta_e) == (10_000_000, 33_000_000, 3.0)
    assert settings.min_worst == 0.8
    assert (settings.ai_batch_size, settings.ai_inference_timeout, settings.model_timeout) == (20, 10, 30)
    assert settings.api_keys == ()
    assert not settings.model_fields_set


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """By names in capitals, without a prefix; empty values count as not set."""
    for name, value in {
        "AI_ENHANCED": "false",
        "TARGET_QUALITY_TEXT": "0.5",
        "MODEL_DIR": "x/y",
        "MAX_PIXELS": "",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert not settings.ai_enhanced
    assert settings.target_quality("text") == 0.5
    assert settings.model_dir == Path("x/y")
    assert settings.max_pixels == 33_000_000


def test_a_file_is_read_and_the_environment_wins(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .env file in the current folder may also hold what is not ours."""
    (clean_environment / ".env").write_text("MAX_CONCURRENCY=7\nLOG_FORMAT=text\nOTHER_TOOL=1\n")
    monkeypatch.setenv("LOG_FORMAT", "json")
    settings = load_settings()
    assert (settings.max_concurrency, settings.log_format) == (7, "json")


def test_keys_are_split_and_kept_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commas separate them, spaces around them do not count, and what is shown tells only how many there are."""
    monkeypatch.setenv("API_KEYS", " alpha1, beta2 ,,")
    settings = load_settings()
    assert settings.api_keys == ("alpha1", "beta2")
    assert settings.public()["api_keys"] == "2 keys"
    assert "alpha1" not in str(settings.public().values())


def test_workers_never_exceed_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by default nor when told."""
    cores = usable_processors()
    assert load_settings().ai_max_workers <= min(4, cores)
    monkeypatch.setenv("AI_MAX_WORKERS", "1000")
    assert load_settings().ai_max_workers == cores


def test_every_fault_gets_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """All faults at once, each with the variable's name, what is wrong and what was given."""
    wrong = {
        "AI_BATCH_SIZE": "many",
        "TARGET_QUALITY_SIMPLE": "1.5",
        "MIN_WORST": "-0.1",
        "LOG_LEVEL": "LOUD",
        "AI_MAX_WORKERS": "0",
        "MAX_BODY_BYTES": "-1",
        "AI_INFERENCE_TIMEOUT": "0",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings) as caught:
        load_settings()
    lines = caught.value.message.splitlines()
    assert sorted(line.split(":")[0] for line in lines) == sorted(wrong)
    assert all(f"(got {wrong[line.split(':')[0]]!r})" in line for line in lines)


def test_a_file_that_is_no_text_is_a_fault(clean_environment: Path) -> None:
    """A .env in another encoding stops the start with a line, not a traceback."""
    (clean_environment / ".env").write_bytes(b"LOG_LEVEL=\xff")
    with pytest.raises(InvalidSettings, match=r"^\.env: not UTF-8"):
        load_settings()


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:///file::memory:?cache=shared&uri=true"])
def test_a_database_in_memory_is_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process would have one of its own: what one has made the next one does not find."""
    monkeypatch.setenv("QUALITY_DB_URL", url)
    with pytest.raises(InvalidSettings, match="QUALITY_TRACKING_ENABLED=false"):
        load_settings()


@pytest.mark.parametrize("origin", ["https://App.example.com", "HTTPS://app.example.com", "https://app.example.com/"])
def test_origins_are_such_as_browsers_send(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other would never match, and nobody be told why."""
    monkeypatch.setenv("CORS_ORIGINS", f"https://a.example.com,{origin}")
    with pytest.raises(InvalidSettings, match="as browsers send them"):
        load_settings()


@pytest.mark.parametrize("name", ["AI_INFERENCE_TIMEOUT", "MODEL_TIMEOUT"])
@pytest.mark.parametrize("value", ["inf", "nan"])
def test_times_are_finite(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A time without end is no limit, and no client can be told to retry after it."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=name):
        load_settings()


@pytest.mark.parametrize(
    "uri, shown",
    [
        ("https://me:secret@host:5000/x", "https://***@host:5000/x"),
        ("postgresql://me:se@cret@host/db", "postgresql://***@host/db"),
        ("sqlite:///mlflow.db", "sqlite:///mlflow.db"),
    ],
)
def test_credentials_in_an_address_are_not_shown(uri: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown of the tracking address leaves out who logs in there, and how."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert load_settings().public()["mlflow_tracking_uri"] == shown


def test_settings_do_not_change() -> None:
    """They are read once and passed on."""
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().ai_enhanced = False  # type: ignore[misc]


def test_every_setting_is_explained() -> None:
    """Each field says what it does, and each type has its target."""
    assert all(field.description for field in Settings.model_fields.values())
    assert set(load_settings().targets) == set(LOGO_TYPES)
    assert set(load_settings().public()) == set(Settings.model_fields)


def test_a_key_with_a_slip_stops_the_start_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place of the entry is told; neither it nor the keys beside it are."""
    monkeypatch.setenv("API_KEYS", "topsecret,shop:sha256:abc")
    with pytest.raises(InvalidSettings, match="API_KEYS: entry 2 is not NAME:sha256:HASH") as fault:
        load_settings()
    assert "topsecret" not in str(fault.value)
    assert "abc" not in str(fault.value)


@pytest.mark.parametrize(
    "content,told", [(None, "not point to a file"), ("shop:sha256:abc", "entry 2 is not"), ("x", None)]
)
def test_a_file_of_keys_must_be_good_at_the_start(
    content: str | None, told: str | None, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is missing or has a slip stops the start."""
    if content is not None:
        (clean_environment / "keys").write_text(content)
    monkeypatch.setenv("API_KEYS", "topsecret")
    monkeypatch.setenv("API_KEYS_FILE", "keys")
    if told is None:
        assert load_settings().api_keys_file == Path("keys")
        return
    with pytest.raises(InvalidSettings, match=f"API_KEYS_FILE.*: .*{told}"):
        load_settings()


def test_commands_call_with_a_key_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of API_KEYS that is none but a hash, or CLIENT_API_KEY, which is not shown either."""
    monkeypatch.setenv("API_KEYS", f"shop:sha256:{'0' * 64},alpha1")
    assert load_settings().own_key == "alpha1"
    monkeypatch.setenv("API_KEYS", f"shop:sha256:{'0' * 64}")
    assert load_settings().own_key is None
    monkeypatch.setenv("CLIENT_API_KEY", "beta2")
    settings = load_settings()
    assert settings.own_key == "beta2"
    assert "beta2" not in str(settings.public()) + repr(settings)


def test_the_quality_database_has_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one counts where both are given."""
    assert load_settings().quality_db_url == "sqlite:///quality_tracking.db"
    monkeypatch.setenv("QUALITY_TRACKING_DB", "sqlite:////a.db")
    assert load_settings().quality_db_url == "sqlite:////a.db"
    monkeypatch.setenv("QUALITY_DB_URL", "postgresql://host/b")
    assert load_settings().quality_db_url == "postgresql://host/b"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:secret@host/b",
        "postgresql://anna:two/secret@host/b",
        "postgresql://host/b?user=anna&password=secret",
        "postgresql://host/b?sslkey=k&sslpassword=secret",
    ],
)
def test_the_password_of_the_database_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Neither where settings are shown nor where it is wrong."""
    monkeypatch.setenv("QUALITY_DB_URL", url)
    shown = str(load_settings().public()["quality_db_url"])
    assert "secret" not in shown
    assert "host/b" in shown
    for name in ("QUALITY_DB_URL", "QUALITY_TRACKING_DB"):
        monkeypatch.delenv("QUALITY_DB_URL", raising=False)
        monkeypatch.setenv(name, url.replace("postgresql", "mysql"))
        with pytest.raises(InvalidSettings, match=r"QUALITY_.*sqlite:///FILE") as invalid:
            load_settings()
        assert "secret" not in invalid.value.message


def test_the_quality_database_stays_where_it_is(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a process that works in another folder; what has a whole path, or is a server's, has it already."""
    assert load_settings().kept_in_place == {"QUALITY_DB_URL": f"sqlite:///{clean_environment}/quality_tracking.db"}
    monkeypatch.setenv("QUALITY_SPOOL", "spool")
    for url in ("sqlite:////var/quality.db", "postgresql://host/quality"):
        monkeypatch.setenv("QUALITY_DB_URL", url)
        assert load_settings().kept_in_place == {"QUALITY_DB_URL": url, "QUALITY_SPOOL": f"{clean_environment}/spool"}


@pytest.mark.parametrize(
    "url,shown",
    [
        ("redis://cache", "redis://cache"),
        ("rediss://me:secret@cache.example.com:6380/2", "rediss://***@cache.example.com:6380/2"),
        ("redis://:secret@[::1]:6379", "redis://***@[::1]:6379"),
    ],
)
def test_the_password_of_the_cache_is_not_shown(monkeypatch: pytest.MonkeyPatch, url: str, shown: str) -> None:
    """It is used, and neither printed nor part of what the settings look like."""
    monkeypatch.setenv("CACHE_URL", url)
    settings = load_settings()
    assert settings.cache_url is not None
    assert settings.cache_url.get_secret_value() == url
    assert settings.public()["cache_url"] == shown
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "http://:secret@cache",
        "redis://",
        "redis://:secret@",
        "redis://cache?password=secret",
        "redis://:secret@cache/a",
        "redis://:sec/ret@cache",
        "secret",
    ],
)
def test_what_is_no_address_of_a_cache_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """With a line that says what is one, and no part of the value, which may hold a password."""
    monkeypatch.setenv("CACHE_URL", url)
    with pytest.raises(InvalidSettings, match=r"CACHE_URL: give redis://\[\[USER\]:PASSWORD@\]HOST") as fault:
        load_settings()
    assert "sec" not in str(fault.value).lower().replace("cache_url", "")


def test_the_time_of_a_conversion_has_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that this project uses goes first; a wrong value is refused by either."""
    monkeypatch.setenv("AI_MAX_INFERENCE_TIME", "7")
    assert load_settings().ai_inference_timeout == 7
    monkeypatch.setenv("AI_INFERENCE_TIMEOUT", "5")
    assert load_settings().ai_inference_timeout == 5
    monkeypatch.delenv("AI_INFERENCE_TIMEOUT")
    monkeypatch.setenv("AI_MAX_INFERENCE_TIME", "-1")
    with pytest.raises(InvalidSettings, match="AI_"):
        load_settings()


def test_the_address_of_a_collector_holds_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """One with a user and a password is refused, and not shown; a path before the API's is fine."""
    monkeypatch.setenv("OTLP_ENDPOINT", "https://collector.example.com/otlp")
    assert load_settings().otlp_endpoint == "https://collector.example.com/otlp"
    for wrong in (
        "collector:4318",
        "http://me:secret@collector:4318",
        "http://collector?key=secret",
        "grpc://collector",
    ):
        monkeypatch.setenv("OTLP_ENDPOINT", wrong)
        with pytest.raises(InvalidSettings, match="OTLP_ENDPOINT: give http://HOST:PORT") as fault:
            load_settings()
        assert "secret" not in str(fault.value)
