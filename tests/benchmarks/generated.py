"""Long functions, made as text: `x = x * x` n times over, and n mixed statements.

chain(20)                 x = x * x, twenty times: 2**20 paths from the result to x
formula(1000)             a scalar formula of a thousand statements
array_code(1000)          the same with arrays and sums
"""

from __future__ import annotations

import linecache
import random
from types import FunctionType

import numpy as np

#: keeps the gradient of the chain of 2000, which is 2**2000 at 1.0, in the range of floats
SCALE = 1e-300

FORMULA = (
    "v{k} = v{i} * v{j} + 0.5",
    "v{k} = np.sin(v{i}) * v{j}",
    "v{k} = v{i} / (1.0 + v{j} ** 2)",
    "v{k} = np.tanh(v{i} - v{j})",
    "v{k} = 0.3 * v{i} + 0.7 * v{j}",
)
ARRAYS = (
    *FORMULA,
    "v{k} = v{i} - np.sum(v{j})",
    "v{k} = v{i} * w + v{j}",
    "v{k} = v{i} - np.sum(v{j} * w)",
)


def function(name: str, params: str, statements: list[str], result: str) -> FunctionType:
    """A function whose source is found as if it stood in a file."""
    lines = [f"def {name}({params}):", *(f"    {s}" for s in statements), f"    return {result}"]
    text = "\n".join(lines) + "\n"
    file = f"<benchmark {name} {len(statements)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, object] = {"np": np}
    exec(compile(text, file, "exec"), namespace)
    made = namespace[name]
    assert isinstance(made, FunctionType)
    return made


def chain(n: int) -> FunctionType:
    """x = x * x, n times."""
    return function("chain", "x", ["x = x * x"] * n, f"{SCALE} * x")


def chain_by_hand(n: int) -> FunctionType:
    """Its adjoint, statement by statement."""
    forward = ["x1 = x * x", *(f"x{k} = x{k - 1} * x{k - 1}" for k in range(2, n))]
    backward = [f"dx = {2.0 * SCALE} * x{n - 1}"]
    backward += [f"dx = 2.0 * x{k} * dx" for k in range(n - 2, 0, -1)]
    return function("grad_chain", "x", forward + backward, "2.0 * x * dx")


def formula(n: int) -> FunctionType:
    """n statements of a scalar formula."""
    return function("formula", "x, w", mixed(n, FORMULA), f"v{n - 1}")


def array_code(n: int) -> FunctionType:
    """n statements of array code."""
    return function("array_code", "x, w", mixed(n, ARRAYS), f"np.sum(v{n - 1})")


def mixed(n: int, forms: tuple[str, ...]) -> list[str]:
    """n statements that read one another, none of them dead."""
    draw = random.Random(n)
    statements = ["v0 = x * w"]
    for k in range(1, n):
        near = max(0, k - 1 - draw.randrange(5))
        statements.append(draw.choice(forms).format(k=k, i=near, j=k - 1))
    return statements
