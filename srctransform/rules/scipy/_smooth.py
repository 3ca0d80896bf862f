"""The form of SciPy's elementwise functions: `partials` whose results are float for ints too.

smooth(special.expit, "x", "z * special.expit(-x)")
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..registry import F, partials

_partials: Any = partials
smooth: Callable[..., Callable[[F], F]] = functools.partial(_partials, inexact=True)
