"""What is written into the documents from the code, and that the documents have it."""

import shutil
from pathlib import Path

import pytest

from commands.documents.reference_tables import (
    EXAMPLE,
    METRICS_PAGE,
    SETTINGS_PAGE,
    env_example,
    metrics_table,
    settings_table,
    write_references,
)
from svgai.settings import Settings

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("page", [SETTINGS_PAGE, METRICS_PAGE, EXAMPLE], ids=str)
def test_the_documents_are_as_the_code_writes_them(page: Path, tmp_path: Path) -> None:
    """Where not: make docs."""
    for one in (SETTINGS_PAGE, METRICS_PAGE, EXAMPLE):
        (tmp_path / one).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / one, tmp_path / one)
    write_references(tmp_path)
    assert (tmp_path / page).read_text(encoding="utf-8") == (ROOT / page).read_text(encoding="utf-8")


def test_every_setting_has_a_row_and_a_line() -> None:
    """With its default; what has none is unset."""
    assert all(f"| `{name.upper()}` | " in settings_table() for name in Settings.model_fields)
    assert "| `AI_ENHANCED` | `true` | Use the models." in settings_table()
    assert "| `MODEL_DIR` | unset | " in settings_table()
    assert "#API_KEYS=\n" in env_example()
    assert len(env_example().splitlines()) == 3 + 2 * len(Settings.model_fields)


def test_a_metric_has_its_labels_and_kind() -> None:
    """The label of a histogram's buckets is none of ours."""
    lines = metrics_table().splitlines()
    assert any(line.startswith("| `svgai_target_met_total` | `image_type`, `met` | counter | ") for line in lines)
    assert any(line.startswith("| `svgai_conversion_seconds` | `image_type` | histogram | ") for line in lines)
    assert any(line.startswith("| `svgai_conversions_waiting` |  | gauge | ") for line in lines)
