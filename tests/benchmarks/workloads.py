"""What is timed: a function, its arguments, and its adjoint as a good engineer writes it by hand.

The adjoints go statement by statement: they reuse what the forward part has computed, and keep to
plain NumPy without buffers that are used twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .generated import chain, chain_by_hand


@dataclass(frozen=True)
class Workload:
    """`by_hand` gives the gradients by the parameters of `wrt`, alone or as a tuple."""

    name: str
    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...]


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


def workloads() -> tuple[Workload, ...]:
    """All of them, with their arguments."""
    rng = np.random.default_rng(0)
    normal = rng.standard_normal
    weights = (normal((784, 256)) / 28, normal(256), normal((256, 10)) / 16, normal(10))
    batch = (normal((128, 784)), rng.integers(0, 10, 128))
    points = (normal(50), normal((1000, 50)), np.sign(normal(1000)))
    return (
        Workload("scalar", scalar, grad_scalar, (0.7, 1.3, 2.1), (0, 1, 2)),
        Workload("rosenbrock", rosenbrock, grad_rosenbrock, (normal(1000),), (0,)),
        Workload("logistic", logistic, grad_logistic, points, (0,)),
        Workload("mlp", mlp, grad_mlp, (*weights, *batch), (0, 1, 2, 3)),
        Workload("diamonds 20", chain(20), chain_by_hand(20), (1.0,), (0,)),
        Workload("diamonds 2000", chain(2000), chain_by_hand(2000), (1.0,), (0,)),
    )
