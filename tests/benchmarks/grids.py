"""Programs that write into a grid: whole slices at a time, or element by element.

    jacobi(u, steps)        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + ...), and back into a
    grad_jacobi(u, steps)   its adjoint: linear, so nothing is recorded

For autograd, which has no writes, the stencils are here a second time, with grids that are joined
from pieces.
"""

from __future__ import annotations

import numpy as np


def jacobi(u, steps):
    a = np.copy(u)
    b = np.copy(u)
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (
            a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1]
        )
        a[1:-1, 1:-1] = 0.2 * (
            b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1]
        )
    return np.sum(a**2)


def grad_jacobi(u, steps):
    a = np.copy(u)
    b = np.copy(u)
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (
            a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1]
        )
        a[1:-1, 1:-1] = 0.2 * (
            b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1]
        )

    da = 2.0 * a
    db = np.zeros_like(b)
    for _ in range(steps):
        g = 0.2 * da[1:-1, 1:-1]
        da[1:-1, 1:-1] = 0.0
        db[1:-1, 1:-1] += g
        db[1:-1, :-2] += g
        db[1:-1, 2:] += g
        db[2:, 1:-1] += g
        db[:-2, 1:-1] += g
        g = 0.2 * db[1:-1, 1:-1]
        db[1:-1, 1:-1] = 0.0
        da[1:-1, 1:-1] += g
        da[1:-1, :-2] += g
        da[1:-1, 2:] += g
        da[2:, 1:-1] += g
        da[:-2, 1:-1] += g
    return da + db


def framed_2d(u, inner):
    rows = np.concatenate((u[1:-1, :1], inner, u[1:-1, -1:]), axis=1)
    return np.concatenate((u[:1], rows, u[-1:]), axis=0)


def jacobi_joined(u, steps):
    for _ in range(2 * steps):
        inner = 0.2 * (u[1:-1, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] + u[2:, 1:-1] + u[:-2, 1:-1])
        u = framed_2d(u, inner)
    return np.sum(u**2)


def seidel(u, f, sweeps):
    u = np.copy(u)
    n, m = u.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])
    return np.sum(u**2)


def grad_seidel(u, f, sweeps):
    u = np.copy(u)
    n, m = u.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])

    du = 2.0 * u
    df = np.zeros_like(f)
    for _ in range(sweeps):
        for i in range(n - 2, 0, -1):
            for j in range(m - 2, 0, -1):
                g = 0.25 * du[i, j]
                du[i, j] = 0.0
                du[i - 1, j] += g
                du[i + 1, j] += g
                du[i, j - 1] += g
                du[i, j + 1] += g
                df[i, j] -= g
    return du, df


def burgers(u, dt, dx, nu, steps):
    u = np.copy(u)
    a = dt / dx
    b = nu * dt / dx**2
    for _ in range(steps):
        u[1:-1] = u[1:-1] - a * u[1:-1] * (u[1:-1] - u[:-2]) + b * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return dx * np.sum(u**2)


def grad_burgers(u, dt, dx, nu, steps):
    u = np.copy(u)
    a = dt / dx
    b = nu * dt / dx**2
    records = []
    for _ in range(steps):
        records.append(np.copy(u[:-1]))
        u[1:-1] = u[1:-1] - a * u[1:-1] * (u[1:-1] - u[:-2]) + b * (u[2:] - 2.0 * u[1:-1] + u[:-2])

    du = 2.0 * dx * u
    for t in range(steps - 1, -1, -1):
        old = records[t]
        v, left = old[1:], old[:-1]
        g = np.copy(du[1:-1])
        du[1:-1] = g * (1.0 - 2.0 * b - a * (2.0 * v - left))
        du[2:] += b * g
        du[:-2] += g * (a * v + b)
    return du


def burgers_joined(u, dt, dx, nu, steps):
    a = dt / dx
    b = nu * dt / dx**2
    for _ in range(steps):
        v = u[1:-1]
        inner = v - a * v * (v - u[:-2]) + b * (u[2:] - 2.0 * v + u[:-2])
        u = np.concatenate((u[:1], inner, u[-1:]))
    return dx * np.sum(u**2)
