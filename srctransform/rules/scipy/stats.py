"""scipy.stats"""

from __future__ import annotations

from scipy import stats

from ..registry import freezes
from . import (  # noqa: F401  (they register themselves)
    _continuous,
    _discrete,
    _multivariate,
)

freezes(*(d for d in vars(stats).values() if callable(d) and hasattr(type(d), "rvs")))
