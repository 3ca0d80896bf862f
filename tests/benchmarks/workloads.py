"""What is timed: a function, its arguments, and its adjoint as a good engineer writes it by hand.

The adjoints go statement by statement: they reuse what the forward part has computed, and keep to
plain NumPy without buffers that are used twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import grids, loops, rules
from .generated import chain, chain_by_hand

AUTOGRAD, JAX, TORCH = LIBRARIES = ("autograd", "JAX jit", "PyTorch")


@dataclass(frozen=True)
class Workload:
    """`by_hand` gives the gradients by the parameters of `wrt`, alone or as a tuple; `given` is the
    program that a library gets, with its own module as `np`. JAX gets a loop from `rewritten`."""

    name: str
    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...]
    given: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def scalar(x, y, z):
    a = x * y
    b = np.sin(a) + x * z
    c = np.exp(-b)
    return c * y + np.sqrt(z) / x


def grad_scalar(x, y, z):
    a = x * y
    b = np.sin(a) + x * z
    c = np.exp(-b)
    root = np.sqrt(z)

    db = -y * c
    da = db * np.cos(a)
    dx = y * da + z * db - root / x**2
    dy = x * da + c
    dz = x * db + 0.5 / (x * root)
    return dx, dy, dz


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def grad_rosenbrock(x):
    a = x[:-1]
    curve = x[1:] - a**2
    dcurve = 200.0 * curve
    dx = np.zeros_like(x)
    dx[1:] += dcurve
    dx[:-1] -= 2.0 * a * dcurve + 2.0 * (1.0 - a)
    return dx


def logistic(w, X, y):
    margin = y * (X @ w)
    return np.mean(np.log(1.0 + np.exp(-margin))) + 0.01 * np.sum(w**2)


def grad_logistic(w, X, y):
    margin = y * (X @ w)
    exp_margin = np.exp(-margin)
    dmargin = -exp_margin / (1.0 + exp_margin) / margin.size
    return X.T @ (y * dmargin) + 0.02 * w


def mlp(W1, b1, W2, b2, X, labels):
    hidden = np.tanh(X @ W1 + b1)
    logits = hidden @ W2 + b2
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def grad_mlp(W1, b1, W2, b2, X, labels):
    hidden = np.tanh(X @ W1 + b1)
    logits = hidden @ W2 + b2
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    exp_shifted = np.exp(shifted)
    total = np.sum(exp_shifted, axis=1, keepdims=True)
    rows = np.arange(len(labels))

    dlog_p = np.zeros_like(shifted)
    dlog_p[rows, labels] = -1.0 / len(labels)
    dtotal = -dlog_p.sum(axis=1, keepdims=True) / total
    dlogits = dlog_p + exp_shifted * dtotal
    dW2 = hidden.T @ dlogits
    db2 = dlogits.sum(axis=0)
    dhidden = dlogits @ W2.T
    dz = dhidden * (1.0 - hidden**2)
    dW1 = X.T @ dz
    db1 = dz.sum(axis=0)
    return dW1, db1, dW2, db2


def workloads(tiny: bool = False) -> tuple[Workload, ...]:
    """All of them, with their arguments; the loops short where the time does not matter."""
    return (*straight_lines(), *with_loops(tiny))


def single_rules() -> tuple[Workload, ...]:
    """Twenty rules, each alone. autograd takes them as they are; of a Cholesky factor it gives the
    symmetric part of the gradient."""
    return tuple(
        Workload(
            name,
            fn := getattr(rules, f"rule_{name}"),
            getattr(rules, f"grad_{name}"),
            args,
            wrt,
            {} if name == "cholesky" else {AUTOGRAD: fn},
        )
        for name, args, wrt in rules.arguments()
    )


def straight_lines() -> tuple[Workload, ...]:
    """One statement after the other. Every library takes the program as it is."""
    rng = np.random.default_rng(0)
    normal = rng.standard_normal
    weights = (normal((784, 256)) / 28, normal(256), normal((256, 10)) / 16, normal(10))
    batch = (normal((128, 784)), rng.integers(0, 10, 128))
    points = (normal(50), normal((1000, 50)), np.sign(normal(1000)))

    def workload(name: str, function: Any, by_hand: Any, args: Any, wrt: Any) -> Workload:
        return Workload(name, function, by_hand, args, wrt, dict.fromkeys(LIBRARIES, function))

    return (
        workload("scalar", scalar, grad_scalar, (0.7, 1.3, 2.1), (0, 1, 2)),
        workload("rosenbrock", rosenbrock, grad_rosenbrock, (normal(1000),), (0,)),
        workload("logistic", logistic, grad_logistic, points, (0,)),
        workload("mlp", mlp, grad_mlp, (*weights, *batch), (0, 1, 2, 3)),
        workload("diamonds 20", chain(20), chain_by_hand(20), (1.0,), (0,)),
        workload("diamonds 2000", chain(2000), chain_by_hand(2000), (1.0,), (0,)),
    )


def with_loops(tiny: bool = False) -> tuple[Workload, ...]:
    """Loops and writes. autograd takes the loops without writes, and stencils that are joined."""
    rng = np.random.default_rng(1)
    normal = rng.standard_normal

    def size(full: int, small: int) -> int:
        return small if tiny else full

    n, steps = size(32, 3), size(100, 4)
    weights = (normal((4 * n, n)) / n**0.5, normal((4 * n, n)) / n**0.5, normal(4 * n))
    series = (normal((steps, n)), normal((steps, n)))
    lorenz = (np.array([1.0, 2.0, 20.0]), np.array([10.0, 28.0, 8.0 / 3.0]))
    n = size(100, 6)
    square = normal((n, n))
    m = size(40, 5)
    grid = (normal((m, m)), normal((m, m)))
    root = normal((m, m))
    dx = 1.0 / (points := size(5000, 12))
    wave = 1.0 + 0.5 * np.sin(2.0 * np.pi * dx * np.arange(points))

    def workload(module: Any, name: str, args: Any, wrt: Any, autograd: Any = None) -> Workload:
        given = {} if autograd is None else {AUTOGRAD: autograd}
        function, by_hand = getattr(module, name), getattr(module, f"grad_{name}")
        return Workload(name, function, by_hand, args, wrt, given)

    return (
        workload(loops, "recurrence", (normal(size(1000, 7)), 0.9), (0, 1), loops.recurrence),
        workload(loops, "lstm", (*weights, *series), (0, 1, 2), loops.lstm),
        workload(loops, "rk4", (*lorenz, 0.01, size(200, 5)), (0, 1), loops.rk4),
        workload(grids, "jacobi", (square, size(50, 3)), (0,), grids.jacobi_joined),
        workload(
            grids,
            "burgers",
            (wave, 0.2 * dx, dx, 0.1 * dx, size(200, 4)),
            (0,),
            grids.burgers_joined,
        ),
        workload(grids, "seidel", (*grid, size(10, 2)), (0, 1)),
        workload(loops, "cholesky", (root @ root.T + m * np.eye(m),), (0,)),
    )
