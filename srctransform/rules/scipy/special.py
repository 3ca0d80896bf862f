"""scipy.special, elementwise functions first; z is the result.

Sources: NIST Digital Library of Mathematical Functions (DLMF).
"""

from __future__ import annotations

from scipy import special

from ..registry import partials

partials(special.expit, "x", "z * (1 - z)", inexact=True)
