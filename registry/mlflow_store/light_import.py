"""
Imports MLflow without pandas, for commands that only read the registry.

MLflow imports pandas, and with it hundreds of modules, for data sets that such a command never uses, and works without
it if it is not installed.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_pandas() -> Iterator[None]:
    """
    Inside the block, modules are imported as if pandas were not installed.

    Only for processes that log no models: parts of MLflow that need pandas stay unusable. Where pandas is imported
    already nothing changes.
    """
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # Python's own way to make an import fail
    try:
        yield
    finally:
        del sys.modules["pandas"]
