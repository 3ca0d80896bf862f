"""scipy.optimize: roots, fixed points, minima and fits, by the implicit function theorem.

The solution is differentiated by `args` and by all that the function reads, never by the first
guess or the bracket, of which it does not depend smoothly: their derivative is zero. Minima with
bounds or constraints are refused, as a solution may lie on one. See `rules/implicit.py`.
"""

from __future__ import annotations

from scipy import optimize

from ..higher_order import higher_order
from ..registry import nondifferentiable, refused

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
for _line in (optimize.brent, optimize.golden):
    higher_order(_line, "minimum", "func")
higher_order(optimize.fmin, "minimum", "func", start="x0", refused="retall")
for _descent in (optimize.fmin_bfgs, optimize.fmin_cg):
    higher_order(_descent, "minimum", "f", start="x0", others="fprime", refused="retall")
higher_order(
    optimize.least_squares, "fit", "fun", start="x0", attribute="x", value="cost", others="jac",
    refused="bounds loss kwargs",
)  # fmt: skip

refused(
    "it returns several things: least_squares has a rule, whose result is an object",
    optimize.leastsq, optimize.curve_fit,
)  # fmt: skip
refused(
    "a minimum at a bound or constraint is no smooth function of what is fitted; minimize without "
    "them has a rule",
    optimize.fmin_cobyla, optimize.fmin_l_bfgs_b, optimize.fmin_slsqp, optimize.fmin_tnc,
    optimize.fminbound, optimize.linprog, optimize.lsq_linear, optimize.milp, optimize.nnls,
    optimize.isotonic_regression,
)  # fmt: skip
refused(
    "use minimize, which has a rule, from the point that it finds",
    optimize.basinhopping, optimize.brute, optimize.differential_evolution, optimize.direct,
    optimize.dual_annealing, optimize.shgo, optimize.fmin_ncg, optimize.fmin_powell,
)  # fmt: skip
refused(
    "use root, which has a rule",
    optimize.anderson, optimize.broyden1, optimize.broyden2, optimize.diagbroyden,
    optimize.excitingmixing, optimize.linearmixing, optimize.newton_krylov,
)  # fmt: skip
refused(
    "it is a step of a method, not a solution", optimize.bracket, optimize.line_search,
)  # fmt: skip
refused(
    "it is a finite difference: differentiate the function itself",
    optimize.approx_fprime, optimize.check_grad,
)  # fmt: skip
refused(
    "it is a test function for minimisers: write it with np.sum, as the formula in its docs",
    optimize.rosen, optimize.rosen_der, optimize.rosen_hess, optimize.rosen_hess_prod,
)  # fmt: skip
nondifferentiable(
    optimize.linear_sum_assignment, optimize.quadratic_assignment, optimize.show_options,
    optimize.linprog_verbose_callback,
)  # fmt: skip
