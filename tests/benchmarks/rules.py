"""Twenty rules that programs use most: each in a loss of a line or two, with its adjoint by hand.

python -m tests.benchmarks rules
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np


def rule_affine(a, x, b):
    return np.sum((a * x + b) ** 2)


def grad_affine(a, x, b):
    dz = 2.0 * (a * x + b)
    return dz * x, dz * a, dz.sum(axis=0)


def rule_exp_log(x):
    return np.sum(np.log(1.0 + np.exp(x)))


def grad_exp_log(x):
    exp_x = np.exp(x)
    return exp_x / (1.0 + exp_x)


def rule_tanh(x):
    return np.sum(np.tanh(x))


def grad_tanh(x):
    return 1.0 - np.tanh(x) ** 2


def rule_power(x):
    return np.sum(x**3 / np.sqrt(x))


def grad_power(x):
    root = np.sqrt(x)
    return 3.0 * x**2 / root - 0.5 * x**3 / (x * root)


def rule_mean(x):
    return np.sum(np.mean(x, axis=0) ** 2)


def grad_mean(x):
    dx = np.empty_like(x)
    dx[:] = 2.0 * np.mean(x, axis=0) / x.shape[0]
    return dx


def rule_std(x):
    return np.sum(np.std(x, axis=0))


def grad_std(x):
    return (x - x.mean(axis=0)) / (x.shape[0] * np.std(x, axis=0))


def rule_max(x):
    return np.sum(np.max(x, axis=1) ** 2)


def grad_max(x):
    top = np.max(x, axis=1, keepdims=True)
    hit = x == top
    return 2.0 * top * hit / np.sum(hit, axis=1, keepdims=True)


def rule_where(x, y):
    return np.sum(np.where(x > 0.0, x * y, y))


def grad_where(x, y):
    positive = x > 0.0
    return np.where(positive, y, 0.0), np.where(positive, x, 1.0)


def rule_clip(x):
    return np.sum(np.clip(x, -1.0, 1.0) ** 2)


def grad_clip(x):
    z = np.clip(x, -1.0, 1.0)
    return np.where((x >= -1.0) & (x <= 1.0), 2.0 * z, 0.0)


def rule_slices(x):
    return np.sum((x[1:, :] - x[:-1, :]) ** 2)


def grad_slices(x):
    d = 2.0 * (x[1:, :] - x[:-1, :])
    dx = np.zeros_like(x)
    dx[1:] = d
    dx[:-1] -= d
    return dx


def rule_gather(x, index):
    return np.sum(x[index] ** 2)


def grad_gather(x, index):
    dx = np.zeros_like(x)
    np.add.at(dx, index, 2.0 * x[index])
    return dx


def rule_concatenate(x, y):
    return np.sum(np.concatenate([x, y]) ** 2)


def grad_concatenate(x, y):
    dz = 2.0 * np.concatenate([x, y])
    return dz[: len(x)].copy(), dz[len(x) :].copy()


def rule_cumsum(x):
    return np.sum(np.cumsum(x, axis=0) ** 2)


def grad_cumsum(x):
    dz = 2.0 * np.cumsum(x, axis=0)
    return np.cumsum(dz[::-1], axis=0)[::-1].copy()


def rule_matmul(a, b):
    return np.sum((a @ b) ** 2)


def grad_matmul(a, b):
    dz = 2.0 * (a @ b)
    return dz @ b.T, a.T @ dz


def rule_einsum(a, b):
    return np.sum(np.einsum("ij,kj->ik", a, b) ** 2)


def grad_einsum(a, b):
    dz = 2.0 * (a @ b.T)
    return dz @ b, dz.T @ a


def rule_solve(a, b):
    return np.sum(np.linalg.solve(a, b) ** 2)


def grad_solve(a, b):
    z = np.linalg.solve(a, b)
    db = np.linalg.solve(a.T, 2.0 * z)
    return np.outer(-db, z), db


def rule_logdet(a):
    return np.linalg.slogdet(a)[1]


def grad_logdet(a):
    return np.linalg.inv(a).T


def rule_cholesky(a):
    return np.sum(np.log(np.diag(np.linalg.cholesky(a))))


def grad_cholesky(a):
    low = np.linalg.cholesky(a)
    # phi(L.T dL) is half of the identity, as dL is diag(1 / l); only the lower triangle is read
    inverse = np.linalg.inv(low)
    full = inverse.T @ inverse
    return np.tril(full, -1) + np.diag(0.5 * np.diag(full))


def rule_norm(x):
    return np.sum(np.linalg.norm(x, axis=1))


def grad_norm(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def rule_fft(x):
    return np.sum(np.abs(np.fft.fft(x)) ** 4)


def grad_fft(x):
    y = np.fft.fft(x)
    return 4.0 * np.fft.fft(np.abs(y) ** 2 * np.conj(y)).real


def arguments() -> Iterator[tuple[str, tuple[Any, ...], tuple[int, ...]]]:
    """The name of each, its arguments, and what it is differentiated by."""
    rng = np.random.default_rng(3)
    normal = rng.standard_normal
    x = normal((200, 50))
    a = normal((100, 100))
    spd = a @ a.T + 100.0 * np.eye(100)
    yield "affine", (x, normal((200, 50)), normal(50)), (0, 1, 2)
    yield "exp_log", (x,), (0,)
    yield "tanh", (x,), (0,)
    yield "power", (np.abs(x) + 0.1,), (0,)
    yield "mean", (x,), (0,)
    yield "std", (x,), (0,)
    yield "max", (x,), (0,)
    yield "where", (x, normal((200, 50))), (0, 1)
    yield "clip", (x,), (0,)
    yield "slices", (x,), (0,)
    yield "gather", (normal(1000), rng.integers(0, 1000, 3000)), (0,)
    yield "concatenate", (x, normal((100, 50))), (0, 1)
    yield "cumsum", (x,), (0,)
    yield "matmul", (a, normal((100, 80))), (0, 1)
    yield "einsum", (x, normal((60, 50))), (0, 1)
    yield "solve", (spd, normal(100)), (0, 1)
    yield "logdet", (spd,), (0,)
    yield "cholesky", (spd,), (0,)
    yield "norm", (x,), (0,)
    yield "fft", (normal(4096),), (0,)
