"""Programs that try model files, and what is made of their end."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from registry.smoke_tests.smoke_test_process import run_smoke_test
from svgai.errors import ModelFault


class Answer(BaseModel):
    """What the programs of these tests print."""

    number: int


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, timeout_s: float = 30) -> Answer:
    (tmp_path / "program.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return run_smoke_test("program", ("7",), Answer, timeout_s)


def test_the_last_line_is_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a library says before."""
    code = 'import sys; print("a library speaks"); print(\'{"number": \' + sys.argv[1] + "}")'
    assert run(tmp_path, monkeypatch, code).number == 7


@pytest.mark.parametrize(
    "code, told",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended the process with signal 11"),
        ("raise SystemExit('out of luck')", "exit code 1: out of luck"),
        ("print('no object')", "exit code 0: no answer"),
        ("import sys; sys.stdout.buffer.write(bytes([255]))", "exit code 0: no answer"),
    ],
)
def test_an_end_without_an_answer_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    """With what is known of it."""
    with pytest.raises(ModelFault, match=told):
        run(tmp_path, monkeypatch, code)


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time."""
    with pytest.raises(ModelFault, match=r"no prediction within 0\.5 s"):
        run(tmp_path, monkeypatch, "import time; time.sleep(60)", 0.5)


def test_a_program_has_what_a_bento_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pandas nor scikit-learn, which XGBoost would load where they are: it answers in a third of the time."""
    code = "import sys, xgboost; print('{\"number\": %d}' % "
    code += '("sklearn.base" in sys.modules or "pandas.core" in sys.modules))'
    assert run(tmp_path, monkeypatch, code).number == 0
