"""The derivatives that rules of solvers and integrals may ask for; see `operands`.

residual      jacobian_residual, vjp_residual, jvp_residual, slope_residual, grad_residual
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..ir import prims
from ..ir.nodes import Let
from ..ir.walk import definitions, with_block
from .gradient import Derived, gradient
from .jacobian import jacobian
from .operands import MODES
from .prepare import Prepared
from .tangent import tangent


def by_gradient(prepared: Prepared, simplify: Any, key: Any) -> Derived:
    """Of a function whose result is a number."""
    return gradient(prepared, "grad", True, False, simplify, key)


def by_slope(prepared: Prepared, simplify: Any, key: Any) -> Derived:
    """Of a function that maps each entry of its first argument apart from the others."""
    if prepared.types.of(prepared.wrt[0]).is_scalar:
        return jacobian(prepared, "forward", True, simplify, key, name="slope")
    return gradient(prepared, "elementwise_grad", True, False, simplify, key)


def by_jacobian(prepared: Prepared, simplify: Any, key: Any) -> Derived:
    """As many passes as there are unknowns: there are as many equations."""
    return jacobian(prepared, "forward", True, simplify, key)


def by_vjp(prepared: Prepared, simplify: Any, key: Any) -> Derived:
    """A cotangent for each operand that moves, bare if there is one."""
    return gradient(prepared, "vjp", len(prepared.wrt) == 1, False, simplify, key)


def by_jvp(prepared: Prepared, simplify: Any, key: Any) -> Derived:
    """The tangent, without the value."""
    made = tangent(prepared, simplify, key)
    block = made.function.block
    both = definitions(block)[block.results[0]]  # type: ignore[index]
    assert isinstance(both, Let) and both.prim is prims.make_tuple
    alone = replace(block, results=(both.args[1],))
    by = ", ".join(f"{name}_dot" for name in prepared.wrt_names)
    doc = f"Derivative of `{prepared.function.name}` along {by}."
    return replace(made, function=replace(with_block(made.function, alone), doc=doc))


MODES.update(
    grad=by_gradient, slope=by_slope, jacobian=by_jacobian, vjp=by_vjp, jvp=by_jvp,
)  # fmt: skip
