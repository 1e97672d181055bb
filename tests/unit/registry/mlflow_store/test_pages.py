"""Answers in pages."""

from mlflow.store.entities.paged_list import PagedList

from registry.mlflow_store.pages import every_page


def test_every_page_is_asked_for() -> None:
    """Each with the token of the one before, until there is none; an empty page ends nothing."""
    pages = {None: PagedList([1, 2], "a"), "a": PagedList([], "b"), "b": PagedList([3], "")}
    assert list(every_page(pages.__getitem__)) == [1, 2, 3]
