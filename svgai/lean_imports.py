"""
Keeps scikit-learn and pandas out of serving processes, where XGBoost would import them if they are installed.

They triple its import time and memory and are not used. Importing this module does it, against the house rule, because
a fork server runs nothing but imports before it forks.
"""

import sys

for _name in ("sklearn", "pandas"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]
