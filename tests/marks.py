"""Marks that several modules share."""

import pytest

MLFLOW_WARNINGS = (
    pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType"),
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy"),
)
"""MLflow's own modules warn of this when they are first imported."""

REHEARSED_STACK = (
    pytest.mark.integration,
    pytest.mark.long,
    pytest.mark.rehearsal,
    # BentoML's own imports use what its dependencies have deprecated.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
)
"""A test of the whole stack by compose."""
