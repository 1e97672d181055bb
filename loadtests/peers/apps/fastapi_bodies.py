"""Bodies of the FastAPI peers, read and written by pydantic directly, faster than by FastAPI through dictionaries."""

from fastapi import HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from svgai.api.schemas.answers import ClassifyAnswer, ItemFault


class Body(BaseModel):
    """What is sent."""

    model_config = ConfigDict(extra="forbid")

    image: str


async def read_image(request: Request) -> str:
    """
    The image to classify, in base64.

    Raises:
        HTTPException: The body is something else; 422.
    """
    try:
        return Body.model_validate_json(await request.body()).image
    except ValidationError as invalid:
        raise HTTPException(422, invalid.errors(include_url=False, include_input=False)) from invalid


def response(answer: ClassifyAnswer | ItemFault) -> Response:
    """The answer, or the image's fault with its status, as JSON."""
    status = answer.status if isinstance(answer, ItemFault) else 200
    return Response(answer.model_dump_json(), status_code=status, media_type="application/json")
