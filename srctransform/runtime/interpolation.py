"""The knots between which np.interp draws a line."""

from __future__ import annotations

from typing import Any

import numpy as np


def knot_behind(x: Any, xp: Any) -> Any:
    """The place of the knot to the right of x; outside of the knots the first or last line's."""
    last = len(xp) - 1
    return np.clip(np.searchsorted(xp, x, side="right"), min(1, last), last)
