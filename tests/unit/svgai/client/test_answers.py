"""What the client reads is what the service writes."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from svgai.api.schemas import answers as schemas
from svgai.client import answers
from tests.fakes.service_answers import CONVERTED

PAIRS = [
    (answers.ClassifyAnswer, schemas.ClassifyAnswer),
    (answers.Probabilities, schemas.Probabilities),
    (answers.OptimizeAnswer, schemas.OptimizeAnswer),
    (answers.Candidate, schemas.PredictedCandidate),
    (answers.PredictedQuality, schemas.PredictedQuality),
    (answers.ConvertAnswer, schemas.ConvertAnswer),
    (answers.Quality, schemas.MeasuredQuality),
]


@pytest.mark.parametrize("read,written", PAIRS)
def test_no_field_is_missing_and_none_is_made_up(read: type[BaseModel], written: type[BaseModel]) -> None:
    """Each value has the fields of the service's own, in their order."""
    assert list(read.model_fields) == list(written.model_fields)


def test_an_answer_is_saved_byte_for_byte(tmp_path: Path) -> None:
    """UTF-8, and no line end is changed."""
    answer = answers.ConvertAnswer.model_validate(CONVERTED | {"svg": "<svg>\n\u00e9</svg>"})
    answer.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_bytes() == "<svg>\n\u00e9</svg>".encode()
