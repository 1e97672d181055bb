"""The Python client of the HTTP API: needs only httpx, pydantic and tenacity, nothing of the service."""

from svgai.client.answers import ClassifyAnswer, ConvertAnswer, OptimizeAnswer, Parameters, Quality
from svgai.client.async_client import AsyncClient
from svgai.client.errors import ClientError, NoAnswer, ServiceError
from svgai.client.many import Outcome
from svgai.client.requests import ConvertOptions, ImageSource
from svgai.client.retries import Retries
from svgai.client.sync_client import Client

__all__ = [
    "AsyncClient",
    "ClassifyAnswer",
    "Client",
    "ClientError",
    "ConvertAnswer",
    "ConvertOptions",
    "ImageSource",
    "NoAnswer",
    "OptimizeAnswer",
    "Outcome",
    "Parameters",
    "Quality",
    "Retries",
    "ServiceError",
]
