"""Gradients of containers: `assemble` is linear in the last entry of each of its rows.

z = assemble(p, ("W", dW), ("b", 0, db))    ->    dW's cotangent is dz["W"], db's is dz["b"][0]
"""

from __future__ import annotations

from typing import Any

from ..ir.types import ANY, Type, cotangent_type
from ..runtime import added_in, assemble, gradient_of, part_of, zero_at
from .registry import jvp, linear, nondifferentiable, result, takes_containers, vjp

linear(part_of, "x")
linear(added_in, "x, g")
takes_containers(added_in, assemble, gradient_of, part_of, zero_at)
nondifferentiable(zero_at)


@vjp(assemble, "rows")
def assemble_vjp(dz: Any, z: Any, x: Any, *rows: Any) -> Any:
    return [(*row[:-1], part_of(dz, *row[:-1])) for row in rows]


@jvp(assemble)
def assemble_jvp(z: Any, x: Any, *rows: Any, rows_dot: Any) -> Any:
    return assemble(x, *[(*rows[k][:-1], rows_dot[k][-1]) for k in range(len(rows))])


@vjp(part_of, "x")
def part_of_vjp(dz: Any, z: Any, x: Any, *path: Any) -> Any:
    return assemble(x, (*path, dz))


@vjp(added_in, "x, g")
def added_in_vjp(dz: Any, z: Any, x: Any, g: Any, *path: Any) -> Any:
    return dz, part_of(dz, *path)


@result(gradient_of)
def gradient_of_result(x: Any) -> Any:
    return cotangent_type(x) if isinstance(x, Type) and x.container else ANY


@result(added_in)
def added_in_result(x: Any, g: Any, *path: Any) -> Any:
    return x if isinstance(x, Type) and x.container else ANY


@result(assemble)
def assemble_result(x: Any, *rows: Any) -> Any:
    return x if isinstance(x, Type) and x.container else ANY


@result(part_of, memory="view")
def part_of_result(x: Any, *path: Any) -> Any:
    return ANY
