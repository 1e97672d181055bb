"""What all that clients send and get has in common."""

from pydantic import (
    BaseModel,
    ConfigDict,
)


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
