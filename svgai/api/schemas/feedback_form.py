"""Bodies of feedback on answers."""

from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from svgai.api.schemas.image_forms import _LEFT_OUT, ApiForm
from svgai.outcomes.outcome import COMMENT_LENGTH, LONGEST_IDENTIFIER
from svgai.trace.parameters import whole_number

_STARS = {"up": 5, "down": 1}

_NO_NULS = r"^[^\x00]*$"


def _rating_or_thumb(schema: dict[str, JsonValue]) -> None:
    schema["oneOf"] = [
        {"required": ["rating"], "properties": {"rating": {"type": "integer"}, "thumb": _LEFT_OUT}},
        {"required": ["thumb"], "properties": {"thumb": {"type": "string"}, "rating": _LEFT_OUT}},
    ]


class FeedbackForm(ApiForm):
    """Body of POST /api/feedback: either a rating or a thumb, which counts as 5 or 1."""

    model_config = ConfigDict(json_schema_extra=_rating_or_thumb)

    conversion_id: str = Field(pattern=r"^[0-9a-f]{32}$", description="Id of the rated answer.")
    rating: Annotated[int, Field(ge=1, le=5), BeforeValidator(whole_number)] | None = Field(
        None, description="From 1, unusable, to 5, excellent."
    )
    thumb: Literal["up", "down"] | None = Field(None, description="In place of a rating: up is 5, down is 1.")
    comment: str | None = Field(None, max_length=COMMENT_LENGTH, pattern=_NO_NULS, description="In words.")
    identifier: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_IDENTIFIER,
        pattern=_NO_NULS,
        description="Id of the person; a second rating by the same identifier replaces the first.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.rating is None) == (self.thumb is None):
            raise ValueError("give either rating or thumb")
        return self

    @property
    def stars(self) -> int:
        """From 1 to 5."""
        return self.rating if self.rating is not None else _STARS[self.thumb or "up"]
