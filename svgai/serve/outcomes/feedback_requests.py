"""POST /api/feedback inside the service: ratings are stored in the same way as outcomes."""

import uuid
from typing import Protocol

from svgai.api.schemas.feedback_form import FeedbackForm
from svgai.errors import FeedbackDisabled, UnknownConversion
from svgai.outcomes.outcome import Rating
from svgai.serve.outcomes.recorder import Recorder
from svgai.serve.outcomes.writer_process import Known


class KnownConversions(Protocol):
    """Looks up conversions; `kept`: whether they are stored at all."""

    @property
    def kept(self) -> bool: ...

    async def knows(self, conversion_id: str) -> Known: ...


class Feedback:
    """
    Takes ratings.

    Args:
        conversions: looks up stored conversions.
    """

    def __init__(self, recorder: Recorder, conversions: KnownConversions) -> None:
        self._recorder = recorder
        self._conversions = conversions

    @property
    def taken(self) -> bool:
        """Whether feedback is accepted at all."""
        return self._conversions.kept

    async def take(self, form: FeedbackForm) -> None:
        """
        Store a rating. If the database cannot say whether there was such a conversion, it is accepted.

        Raises:
            FeedbackDisabled: no conversions are stored.
            UnknownConversion: there was no such conversion.
        """
        if not self.taken:
            raise FeedbackDisabled("feedback is switched off by QUALITY_TRACKING_ENABLED")
        if await self._conversions.knows(form.conversion_id) is Known.NO:
            raise UnknownConversion("there is no conversion of this conversion_id, or none any more")
        rating = Rating(
            conversion_id=form.conversion_id,
            # Without an identifier, a random one: it replaces no other rating, and a record written twice is not
            # doubled.
            identifier=form.identifier or uuid.uuid4().hex,
            rating=form.stars,
            comment=form.comment,
        )
        self._recorder.record(rating)
