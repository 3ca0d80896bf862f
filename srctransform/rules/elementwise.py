"""NumPy's elementwise functions, one line of calculus each; z is the result.

Kinks: `abs` and `sign` have derivative 0 at 0; ties of `maximum` and `minimum` share equally.
"""

from __future__ import annotations

import numpy as np

from .registry import partials

# fmt: off
partials(np.sin,    "x", "np.cos(x)", inexact=True)
partials(np.cos,    "x", "-np.sin(x)", inexact=True)
partials(np.tan,    "x", "1 + z**2", inexact=True)
partials(np.exp,    "x", "z", inexact=True)
partials(np.log,    "x", "1 / x", inexact=True, domain="positive")
partials(np.sqrt,   "x", "0.5 / z", inexact=True, domain="positive")
partials(np.tanh,   "x", "1 - z**2", inexact=True)
partials(np.square, "x", "2 * x")
partials((np.abs, abs, np.fabs), "x", "np.conj(np.sign(x))", real=True)
partials(np.sign, "x", "")
# fmt: on
