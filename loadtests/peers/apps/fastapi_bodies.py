"""Bodies of the FastAPI peers, read and written by pydantic at once: quicker than FastAPI's way by dictionaries."""

from fastapi import HTTPException, Request, Response
from pydantic import ValidationError

from svgai.api.schemas import ClassifyAnswer, ClassifyItem, ItemFault


async def read_item(request: Request) -> ClassifyItem:
    """
    The image to classify.

    Raises:
        HTTPException: The body is something else; 422.
    """
    try:
        return ClassifyItem.model_validate_json(await request.body())
    except ValidationError as invalid:
        raise HTTPException(422, invalid.errors(include_url=False, include_input=False)) from invalid


def response(answer: ClassifyAnswer | ItemFault) -> Response:
    """The answer, or the image's fault with its status, as JSON."""
    status = answer.status if isinstance(answer, ItemFault) else 200
    return Response(answer.model_dump_json(), status_code=status, media_type="application/json")
