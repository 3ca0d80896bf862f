"""Functions that take functions: solvers, integrals. How their calls are read, and their rules.

    higher_order(optimize.brentq, "zeros", "f", start=None)
    higher_order(optimize.root, "root", "fun", start="x0", attribute="x")

A call is followed in two steps. What the library's function finds is a constant, as far as
derivatives go; it is then *known as* a root, a minimum, an integral of the user's function:

    value = root(residual, x0, args=(a, b)).x        x = root_of(value, x0, residual, a, b)

and `root_of`, which is printed as the value itself, has rules like any function. The user's
function is an operand, and all that it reads of its surroundings stands among `args`. A rule asks
for derivatives of the function, and calls them; they are printed as functions of their own:

    @vjp(root_of, "args")
    def root_vjp(dz, z, x, like, fun, *args):
        adjoint = np.linalg.solve(np.transpose(jacobian_of(fun)(z, *args)), -dz)
        return pullback_of(fun)(z, *args, adjoint)

    value_of(fun)(x, *args)              the function itself
    slope_of(fun)(x, *args)              its pointwise derivative by x
    jacobian_of(fun)(x, *args)           its Jacobian by x; hessian_of, gradient_of: of a scalar
    pullback_of(fun)(x, *args, dy)       a cotangent for each of args, from one of the result
    pushforward_of(fun)(x, *args, *dots) the tangent of the result, from one of each of args
    derivatives_of(fun)                  for each of args, what `pullback_of` calls, of it alone
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from .registry import nondifferentiable, rule_of, static, takes_containers


@dataclass(frozen=True, slots=True)
class HigherOrder:
    """How a function of a library uses the function that it takes.

    how: what is found: "root" (a vector), "zeros" (a number, or numbers apart from each other),
    "fixed point", "minimum", "fit" (a minimum of the sum of squares), "integral" (a number) or
    "integral of arrays". `function` and `start` are its parameters for the function and for the
    first guess; without a guess the solution is a number. `attribute` of the result is the
    solution, `value` the value there; the result itself without. `others` are parameters for
    functions of the same operands, such as Jacobians; `refused` those that change what is found.
    """

    prim: Any
    how: str
    function: str
    start: str | None = None
    attribute: str = ""
    value: str = ""
    others: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


_known: dict[Any, HigherOrder] = {}


def higher_order(
    prim: Any, how: str, function: str, *, start: str | None = None, attribute: str = "",
    value: str = "", others: str = "", refused: str = "",
) -> None:  # fmt: skip
    """Declare how a function of a library uses the function that it takes; see `HigherOrder`."""
    nondifferentiable(prim)  # what it finds, before it is known as something
    takes_containers(prim)
    _known[prim] = HigherOrder(
        prim, how, function, start, attribute, value, tuple(others.split()), tuple(refused.split())
    )


def higher_order_of(prim: Any) -> HigherOrder | None:
    """How a function uses the function that it takes; None of one that takes none."""
    return _known.get(prim) if rule_of(prim) is not None else None


class Differentiable(Protocol):
    """A user's function, as a rule sees it: what it says stands for a printed function."""

    unit: Any
    moving: tuple[int, ...]

    def slope(self) -> Any: ...
    def gradient(self) -> Any: ...
    def jacobian(self) -> Any: ...
    def hessian(self) -> Any: ...
    def pullback(self) -> Any: ...
    def pushforward(self) -> Any: ...
    def one_by_one(self, mode: str) -> tuple[Any, ...]: ...
    def whole(self, mode: str, place: int) -> Any: ...


@static
def value_of(fun: Differentiable) -> Any:
    return fun.unit


@static
def slope_of(fun: Differentiable) -> Any:
    return fun.slope()


@static
def gradient_of(fun: Differentiable) -> Any:
    return fun.gradient()


@static
def jacobian_of(fun: Differentiable) -> Any:
    return fun.jacobian()


@static
def hessian_of(fun: Differentiable) -> Any:
    return fun.hessian()


@static
def pullback_of(fun: Differentiable) -> Any:
    return fun.pullback()


@static
def pushforward_of(fun: Differentiable) -> Any:
    return fun.pushforward()


@static
def derivatives_of(fun: Differentiable) -> tuple[Any, ...]:
    return fun.one_by_one("grad")


@static
def pullbacks_of(fun: Differentiable) -> tuple[Any, ...]:
    return fun.one_by_one("vjp")


@static
def pushforwards_of(fun: Differentiable) -> tuple[Any, ...]:
    return fun.one_by_one("jvp")


@static
def whole_pullback_of(fun: Differentiable, place: int) -> Any:
    """Of a function of (y, t, *args) or (t, y, *args): by y, at a place, and args that move."""
    return fun.whole("vjp", place)


@static
def whole_pushforward_of(fun: Differentiable, place: int) -> Any:
    return fun.whole("jvp", place)


@static
def moving_of(fun: Differentiable) -> tuple[int, ...]:
    """The places of the operands that move."""
    return tuple(fun.moving)


@static
def result_of(fun: Differentiable, k: int) -> int | None:
    """Where the cotangent of operand k stands among those of y0 and the operands that move."""
    return 1 + fun.moving.index(k) if k in fun.moving else None
