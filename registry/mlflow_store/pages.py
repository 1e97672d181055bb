"""Everything that MLflow answers in pages."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from mlflow.store.entities.paged_list import PagedList

Entity = TypeVar("Entity")


def every_page(search: Callable[[str | None], PagedList[Entity]]) -> Iterator[Entity]:
    """The entries of all pages; `search` gives the one that a token stands for, None for the first."""
    token: str | None = None
    while True:
        page = search(token)
        yield from page
        token = page.token
        if not token:
            return
