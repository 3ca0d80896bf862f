"""scipy.stats"""

from __future__ import annotations

from . import _continuous, _discrete  # noqa: F401  (they register themselves)
