"""What a person says of an answer."""

import asyncio

import pytest

from svgai.api.schemas.feedback_form import FeedbackForm
from svgai.errors import FeedbackDisabled, UnknownConversion
from svgai.outcomes.outcome import Rating
from svgai.serve.outcomes.feedback_requests import Feedback
from svgai.serve.outcomes.quality_store import NoQualityStore
from svgai.serve.outcomes.writer_process import Known
from tests.fakes.outcomes import KeptRecords

ID = "0123456789abcdef" * 2


class Says:
    """Knows, does not, or cannot say."""

    kept = True

    def __init__(self, known: Known) -> None:
        self._known = known

    async def knows(self, _conversion_id: str) -> Known:
        return self._known


def rated(known: Known, **said: object) -> Rating:
    kept = KeptRecords()
    form = FeedbackForm.model_validate({"conversion_id": ID, **said})
    asyncio.run(Feedback(kept, Says(known)).take(form))
    (rating,) = kept.ratings
    return rating


def test_a_rating_is_kept() -> None:
    """With what was said, and by whom."""
    rating = rated(Known.YES, rating=2, comment="torn", identifier="anna")
    assert (rating.conversion_id, rating.rating, rating.comment, rating.identifier) == (ID, 2, "torn", "anna")


def test_a_thumb_is_a_rating() -> None:
    """Up is the best, down the worst."""
    assert [rated(Known.YES, thumb=thumb).rating for thumb in ("up", "down")] == [5, 1]


def test_who_does_not_say_who_they_are_replaces_nobody() -> None:
    """Each has an identifier of its own."""
    assert rated(Known.YES, rating=3).identifier != rated(Known.YES, rating=3).identifier


def test_where_nobody_can_say_the_conversion_is_believed() -> None:
    """A database that does not answer costs no feedback."""
    assert rated(Known.CANNOT_SAY, rating=4).rating == 4


def test_an_unknown_conversion_is_refused() -> None:
    """Nothing is kept."""
    with pytest.raises(UnknownConversion, match="no conversion"):
        rated(Known.NO, rating=4)


def test_without_a_store_there_is_no_feedback() -> None:
    """The answer says which setting it is."""
    feedback = Feedback(KeptRecords(), NoQualityStore())
    assert not feedback.taken
    with pytest.raises(FeedbackDisabled, match="QUALITY_TRACKING_ENABLED"):
        asyncio.run(feedback.take(FeedbackForm(conversion_id=ID, rating=4)))
