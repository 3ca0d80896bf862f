"""Writes at places that an index names more than once."""

from __future__ import annotations

from typing import Any

import numpy as np


def written_last(g: Any, buffer: Any, index: Any) -> Any:
    """The entries of g that `buffer[index] = ...` leaves there; zero for those that a later entry
    of the same write replaces, where the index names a place twice."""
    rank = np.arange(np.size(g)).reshape(np.shape(g))
    last = np.zeros(np.shape(buffer), int)
    last[index] = rank
    return np.where(last[index] == rank, g, 0.0)
