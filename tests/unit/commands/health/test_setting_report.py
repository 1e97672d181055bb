"""All that is wrong with settings, at once."""

from pathlib import Path

import pytest

from commands.health.setting_report import report_on_settings


@pytest.fixture(autouse=True)
def _clean(clean_environment: Path) -> Path:
    return clean_environment


def _write(folder: Path, text: str) -> None:
    (folder / ".env").write_text(text)


def test_good_settings_have_no_faults(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And say where each comes from; the environment goes first, an empty value is none."""
    _write(clean_environment, "LOG_FORMAT=text\nMAX_CONCURRENCY=7\nOTHER_TOOL=1\n")
    monkeypatch.setenv("LOG_FORMAT", "json")
    monkeypatch.setenv("LOG_LEVEL", "")
    monkeypatch.setenv("quality_tracking_db", "sqlite:///x.db")
    report = report_on_settings()
    assert (report.faults, report.warnings) == ((), ())
    found = {name: report.sources[name] for name in ("log_format", "max_concurrency", "log_level", "quality_db_url")}
    assert found == {
        "log_format": "environment",
        "max_concurrency": ".env",
        "log_level": "default",
        "quality_db_url": "environment",
    }


@pytest.mark.parametrize(
    "name,meant",
    [
        ("API_KEY", "API_KEYS"),
        ("AI_BATCHSIZE", "AI_BATCH_SIZE"),
        ("AI_WORKERS", "AI_MAX_WORKERS"),
        ("SVGAI_MODEL_DIR", "MODEL_DIR"),
        ("CACHE_URI", "CACHE_URL"),
    ],
)
def test_a_name_that_is_a_slip_names_what_was_meant(
    name: str, meant: str, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the file, and in the environment; what it holds may be a secret and is not shown."""
    _write(clean_environment, f"{name}=hidden\n")
    (line,) = report_on_settings().faults
    assert line == f"{name}: .env has it, and there is no such setting; {meant} is one"
    _write(clean_environment, "")
    monkeypatch.setenv(name, "hidden")
    assert report_on_settings().faults == (
        f"{name}: the environment has it, and there is no such setting; {meant} is one",
    )


@pytest.mark.parametrize(
    "name", ["MLFLOW_TRACKING_USERNAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "PATH", "HOSTNAME", "LOGNAME"]
)
def test_names_of_other_programs_are_no_slips(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not ours to judge."""
    monkeypatch.setenv(name, "x")
    assert report_on_settings().faults == ()


def test_everything_is_told_at_once(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values, names and contradictions, although a value is not valid."""
    text = "LOG_LEVEL=LOUD\nAI_BATCHSIZE=3\nMODEL_DIR=none\nAB_MODE=shadow\n"  # pragma: allowlist secret
    _write(clean_environment, text)
    monkeypatch.setenv("AI_INFERENCE_TIMEOUT", "5")
    monkeypatch.setenv("AI_MAX_INFERENCE_TIME", "6")
    report = report_on_settings()
    assert [line.partition(":")[0] for line in report.faults] == [
        "LOG_LEVEL",
        "AI_BATCHSIZE",
        "AI_MAX_INFERENCE_TIME",
        "MODEL_DIR",
    ]
    assert report.warnings == ("AB_MODE: it has no effect; AB_TESTING_ENABLED is off",)
    assert report.settings.log_level == "INFO"


def test_a_value_by_its_other_name_is_a_fault_of_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default stands in for it."""
    monkeypatch.setenv("QUALITY_TRACKING_DB", "mysql://x")
    report = report_on_settings()
    assert [line.partition(":")[0] for line in report.faults] == ["QUALITY_DB_URL"]
    assert report.settings.quality_db_url == "sqlite:///quality_tracking.db"


@pytest.mark.parametrize(
    "variables,named",
    [
        ({"MODEL_DIR": ".", "CLASSIFIER_MODEL": "none.onnx", "OPTIMIZER_MODEL": ".env"}, "MODEL_DIR"),
        (
            {"ONLINE_LEARNING_ENABLED": "true", "AI_ENHANCED": "false", "QUALITY_TRACKING_ENABLED": "true"},
            "ONLINE_LEARNING_ENABLED",
        ),
        ({"AB_TESTING_ENABLED": "true", "QUALITY_TRACKING_ENABLED": "false"}, "AB_TESTING_ENABLED"),
        ({"LOG_FILE": "none/service.log"}, "LOG_FILE"),
        ({"AI_QUALITY_THRESHOLD": "0.99"}, "AI_QUALITY_THRESHOLD"),
    ],
)
def test_settings_that_contradict_others_are_faults(
    variables: dict[str, str], named: str, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line each, by the setting to change."""
    _write(clean_environment, "")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert [line.partition(":")[0] for line in report_on_settings().faults] == [named]


@pytest.mark.parametrize(
    "name,value,reason",
    [
        ("CLASSIFIER_MODEL", "other.onnx", "MODEL_DIR"),
        ("API_KEY_RATE", "5", "API_KEYS"),
        ("CACHE_PASSWORD", "odd", "CACHE_URL"),
        ("QUALITY_SPOOL_BYTES", "2000000", "QUALITY_TRACKING_ENABLED"),
    ],
)
def test_settings_without_effect_are_warnings(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting that they wait for."""
    monkeypatch.setenv("QUALITY_TRACKING_ENABLED", "false")
    monkeypatch.setenv(name, value)
    report = report_on_settings()
    (line,) = report.warnings
    assert (report.faults, line.startswith(f"{name}: it has no effect"), reason in line) == ((), True, True)


def test_a_look_at_the_log_file_leaves_nothing(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made to see whether it can be."""
    monkeypatch.setenv("LOG_FILE", "service.log")
    assert report_on_settings().faults == ()
    assert list(clean_environment.iterdir()) == []


def test_a_file_that_is_no_text_is_the_fault(clean_environment: Path) -> None:
    """Nothing else can be said then."""
    (clean_environment / ".env").write_bytes(b"LOG_LEVEL=\xff")
    report = report_on_settings()
    (line,) = report.faults
    assert line.startswith(".env: not UTF-8")
    assert set(report.sources.values()) == {"default"}
