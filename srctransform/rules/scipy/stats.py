"""scipy.stats"""

from __future__ import annotations

from scipy import stats

from ..registry import freezes
from . import _continuous, _discrete  # noqa: F401  (they register themselves)

freezes(*(d for d in vars(stats).values() if callable(d) and hasattr(type(d), "rvs")))
