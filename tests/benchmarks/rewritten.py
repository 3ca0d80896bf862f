"""The loops again, as JAX asks for them: `scan`, `fori_loop`, and `.at[]` in place of writes.

    for i in range(n): h = f(h, x[i])     ->     h, _ = lax.scan(f, h, x)

Importable only where JAX is installed. The names are those of the programs in `loops`, `grids`.
"""

from __future__ import annotations

import jax.numpy as np
from jax import lax
from jax.nn import sigmoid


def recurrence(x, w):
    def step(carry, element):
        h, total = carry
        h = np.tanh(w * h + element)
        return (h, total + h * h), None

    return lax.scan(step, (0.0, 0.0), x)[0][1]


def lstm(W, U, b, xs, ys):
    n = U.shape[1]

    def step(carry, item):
        h, c, loss = carry
        x, y = item
        i, f, o, g = np.split(W @ x + U @ h + b, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        return (h, c, loss + np.sum((h - y) ** 2)), None

    return lax.scan(step, (np.zeros(n), np.zeros(n), 0.0), (xs, ys))[0][2]


def lorenz(state, p):
    x, y, z = state
    return np.array([p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z])


def rk4(state, p, dt, steps):
    def step(_, state):
        k1 = lorenz(state, p)
        k2 = lorenz(state + 0.5 * dt * k1, p)
        k3 = lorenz(state + 0.5 * dt * k2, p)
        k4 = lorenz(state + dt * k3, p)
        return state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

    return np.sum(lax.fori_loop(0, steps, step, state) ** 2)


def cholesky(A):
    """A column at a time: a loop whose length depends on another loop cannot be reversed."""
    rows = np.arange(len(A))

    def column(j, L):
        s = A[:, j] - L @ L[j]
        return L.at[:, j].set(np.where(rows < j, 0.0, s / np.sqrt(s[j])))

    L = lax.fori_loop(0, len(A), column, np.zeros_like(A))
    return 2.0 * np.sum(np.log(np.diag(L)))


def jacobi(u, steps):
    def stencil(a):
        return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])

    def step(_, grids):
        a, b = grids
        b = b.at[1:-1, 1:-1].set(stencil(a))
        a = a.at[1:-1, 1:-1].set(stencil(b))
        return a, b

    return np.sum(lax.fori_loop(0, steps, step, (u, u))[0] ** 2)


def seidel(u, f, sweeps):
    n, m = u.shape

    def element(i, j, u):
        near = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
        return u.at[i, j].set(0.25 * (near - f[i, j]))

    def row(i, u):
        return lax.fori_loop(1, m - 1, lambda j, u: element(i, j, u), u)

    def sweep(_, u):
        return lax.fori_loop(1, n - 1, row, u)

    return np.sum(lax.fori_loop(0, sweeps, sweep, u) ** 2)


def burgers(u, dt, dx, nu, steps):
    a = dt / dx
    b = nu * dt / dx**2

    def step(_, u):
        v = u[1:-1]
        inner = v - a * v * (v - u[:-2]) + b * (u[2:] - 2.0 * v + u[:-2])
        return u.at[1:-1].set(inner)

    return dx * np.sum(lax.fori_loop(0, steps, step, u) ** 2)
