"""What the service and its decode processes say to each other."""

from dataclasses import replace

import numpy as np
import pytest

from svgai.describe.classifier import INPUT_SIDE
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import InvalidImage, NotReady, SvgAiError, TooLarge, UnsupportedMediaType
from svgai.model_files.model_pair import ModelInput
from svgai.serve.decoding.messages import Question, Seen, answer, asked, read_answer, read_question

INPUT = ModelInput(
    np.arange(3 * INPUT_SIDE**2, dtype=np.uint8).reshape(3, INPUT_SIDE, INPUT_SIDE),
    np.arange(len(FEATURE_NAMES), dtype=np.float32),
)


@pytest.mark.parametrize("image", [b"\0\xff", "YWJj", ""])
def test_a_question_is_read_as_it_was_asked(image: str | bytes) -> None:
    """Bytes stay bytes and text stays text."""
    assert read_question(asked(Question.SEE, image, 1.5)) == (Question.SEE, image, 1.5)


def test_what_is_seen_comes_back() -> None:
    """Picture and features, with pixels and seconds."""
    seen = read_answer(answer(Seen(40, 0.25, INPUT)))
    assert (seen.pixels, seen.seconds) == (40, 0.25)
    assert seen.input is not None
    assert np.array_equal(seen.input.picture, INPUT.picture)
    assert np.array_equal(seen.input.features, INPUT.features)


@pytest.mark.parametrize("kind", [InvalidImage, TooLarge, UnsupportedMediaType])
def test_faults_come_back(kind: type[SvgAiError]) -> None:
    """With their type and their words."""
    fault = read_answer(answer(Seen(fault=kind("wörds")))).fault
    assert type(fault) is kind
    assert str(fault) == "wörds"


def test_what_a_library_said_of_an_image_comes_back() -> None:
    """For the log; a process that was taken over puts no line end and no megabytes into it."""
    found = read_answer(answer(Seen(fault=InvalidImage("damaged").because(OSError("broken data stream"))))).fault
    assert found is not None
    assert (found.message, found.detail) == ("damaged", "OSError: broken data stream")
    forged = InvalidImage("damaged")
    forged.detail = "one\nline" * 1_000
    found = read_answer(answer(Seen(fault=forged))).fault
    assert found is not None
    assert found.detail is not None
    assert len(found.detail) == 300
    assert "\n" not in found.detail


def test_no_other_fault_comes_back() -> None:
    """A process cannot say that the service is not ready."""
    assert type(read_answer(answer(Seen(fault=NotReady("no")))).fault) is InvalidImage


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0])
@pytest.mark.parametrize("seen", [Seen(40, input=INPUT), Seen(40), Seen(fault=InvalidImage("damaged"))])
def test_an_answer_that_took_no_time_that_there_is_is_none(seen: Seen, seconds: float) -> None:
    """Others would wait by it: how long they are expected to is reckoned from it."""
    with pytest.raises(ValueError, match="seconds"):
        read_answer(answer(replace(seen, seconds=seconds)))


@pytest.mark.parametrize("change", ["short", "nan", "kind", "nothing"])
def test_an_answer_of_another_form_is_none(change: str) -> None:
    """Whoever sent it is not what it was."""
    message = answer(Seen(40, 0.25, INPUT))
    wrong = {
        "short": message[:-1],
        "nan": message[:-4] + np.float32("nan").tobytes(),
        "kind": b"\x09" + message[1:],
        "nothing": b"",
    }
    with pytest.raises(ValueError, match=r"."):
        read_answer(wrong[change])
