"""The base class of request and answer bodies."""

from pydantic import (
    BaseModel,
    ConfigDict,
)


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
