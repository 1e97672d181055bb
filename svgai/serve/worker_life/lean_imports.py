"""
Keeps scikit-learn and pandas out of serving processes, where XGBoost would import them if they are installed.

They triple its import time and memory and are not used. This takes effect at import, an exception to the rule that
modules do nothing at import, because a fork server only runs imports before it forks.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = frozenset({"sklearn", "pandas"})


class _Absent(MetaPathFinder):
    """Hides modules as if they were not installed; None in sys.modules would, too, but breaks BentoML."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"{fullname} is not used by the service", name=fullname)
        return None


if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
    sys.meta_path.insert(0, _Absent())
