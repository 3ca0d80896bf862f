"""scipy.optimize: roots, fixed points and minima, through the implicit function theorem.

The solution is differentiated by `args` and by all that the function reads, never by the first
guess or the bracket, of which it does not depend smoothly. See `rules/implicit.py`.
"""

from __future__ import annotations

from scipy import optimize

from ..higher_order import higher_order

higher_order(optimize.root, "root", "fun", start="x0", attribute="x", others="jac")
higher_order(optimize.fsolve, "root", "func", start="x0", others="fprime")
higher_order(optimize.newton, "zeros", "func", start="x0", others="fprime fprime2")
for _bracketed in (optimize.bisect, optimize.brentq, optimize.brenth, optimize.ridder,
                   optimize.toms748):  # fmt: skip
    higher_order(_bracketed, "zeros", "f")
higher_order(optimize.root_scalar, "zeros", "f", attribute="root", others="fprime fprime2")
higher_order(optimize.fixed_point, "fixed point", "func", start="x0")
higher_order(
    optimize.minimize, "minimum", "fun", start="x0", attribute="x", value="fun",
    others="jac hess", refused="hessp bounds constraints",
)  # fmt: skip
higher_order(
    optimize.minimize_scalar, "minimum", "fun", attribute="x", value="fun", refused="bounds"
)
