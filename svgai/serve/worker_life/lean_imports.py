"""
Keeps scikit-learn and pandas out of serving processes, where XGBoost would import them if they are installed.

They triple its import time and memory and are not used. Importing this module does it, against the house rule, because
a fork server runs nothing but imports before it forks.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = frozenset({"sklearn", "pandas"})


class _Absent(MetaPathFinder):
    """Makes modules look as if they were not installed; None in sys.modules would, too, but trips BentoML."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"{fullname} is not used by the service", name=fullname)
        return None


if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
    sys.meta_path.insert(0, _Absent())
