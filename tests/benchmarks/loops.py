"""Programs that go step by step: a recurrence, an LSTM, a Runge-Kutta method, a factorisation.

    recurrence(x, w)        h = tanh(w * h + x[i])
    grad_recurrence(x, w)   its adjoint, as a good engineer writes it: one list of what is needed

Each is written as users write it. The adjoints by hand go statement by statement too.
"""

from __future__ import annotations

import numpy as np


def recurrence(x, w):
    h = 0.0
    total = 0.0
    for i in range(len(x)):
        h = np.tanh(w * h + x[i])
        total += h * h
    return total


def grad_recurrence(x, w):
    h = 0.0
    states = [h]
    for i in range(len(x)):
        h = np.tanh(w * h + x[i])
        states.append(h)

    dx = np.zeros_like(x)
    dw = 0.0
    dh = 0.0
    for i in range(len(x) - 1, -1, -1):
        h = states[i + 1]
        da = (dh + 2.0 * h) * (1.0 - h * h)
        dx[i] = da
        dw += da * states[i]
        dh = da * w
    return dx, dw


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def lstm(W, U, b, xs, ys):
    n = U.shape[1]
    h = np.zeros(n)
    c = np.zeros(n)
    loss = 0.0
    for t in range(len(xs)):
        z = W @ xs[t] + U @ h + b
        i = sigmoid(z[:n])
        f = sigmoid(z[n : 2 * n])
        o = sigmoid(z[2 * n : 3 * n])
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
        loss += np.sum((h - ys[t]) ** 2)
    return loss


def grad_lstm(W, U, b, xs, ys):
    n = U.shape[1]
    h = np.zeros(n)
    c = np.zeros(n)
    records = []
    for t in range(len(xs)):
        h_old, c_old = h, c
        z = W @ xs[t] + U @ h + b
        i = sigmoid(z[:n])
        f = sigmoid(z[n : 2 * n])
        o = sigmoid(z[2 * n : 3 * n])
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        tanh_c = np.tanh(c)
        h = o * tanh_c
        records.append((i, f, o, g, h_old, c_old, tanh_c, h))

    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    dh = np.zeros(n)
    dc = np.zeros(n)
    for t in range(len(xs) - 1, -1, -1):
        i, f, o, g, h_old, c_old, tanh_c, h = records[t]
        dh = dh + 2.0 * (h - ys[t])
        dc = dc + dh * o * (1.0 - tanh_c**2)
        dz = np.empty(4 * n)
        dz[:n] = dc * g * i * (1.0 - i)
        dz[n : 2 * n] = dc * c_old * f * (1.0 - f)
        dz[2 * n : 3 * n] = dh * tanh_c * o * (1.0 - o)
        dz[3 * n :] = dc * i * (1.0 - g**2)
        dW += np.outer(dz, xs[t])
        dU += np.outer(dz, h_old)
        db += dz
        dh = U.T @ dz
        dc = dc * f
    return dW, dU, db


def lorenz(state, p):
    x, y, z = state[0], state[1], state[2]
    return np.array([p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z])


def rk4(state, p, dt, steps):
    for _ in range(steps):
        k1 = lorenz(state, p)
        k2 = lorenz(state + 0.5 * dt * k1, p)
        k3 = lorenz(state + 0.5 * dt * k2, p)
        k4 = lorenz(state + dt * k3, p)
        state = state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(state**2)


def lorenz_adjoint(state, p, dk):
    x, y, z = state[0], state[1], state[2]
    a, b, c = dk[0], dk[1], dk[2]
    dstate = np.array([(p[1] - z) * b - p[0] * a + y * c, p[0] * a - b + x * c, -x * b - p[2] * c])
    dp = np.array([(y - x) * a, x * b, -z * c])
    return dstate, dp


def grad_rk4(state, p, dt, steps):
    records = []
    for _ in range(steps):
        k1 = lorenz(state, p)
        s2 = state + 0.5 * dt * k1
        k2 = lorenz(s2, p)
        s3 = state + 0.5 * dt * k2
        k3 = lorenz(s3, p)
        s4 = state + dt * k3
        k4 = lorenz(s4, p)
        records.append((state, s2, s3, s4))
        state = state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

    dstate = 2.0 * state
    dp = np.zeros_like(p)
    for t in range(steps - 1, -1, -1):
        state, s2, s3, s4 = records[t]
        dk = dt / 6.0 * dstate
        ds4, dp4 = lorenz_adjoint(s4, p, dk)
        ds3, dp3 = lorenz_adjoint(s3, p, 2.0 * dk + dt * ds4)
        ds2, dp2 = lorenz_adjoint(s2, p, 2.0 * dk + 0.5 * dt * ds3)
        ds1, dp1 = lorenz_adjoint(state, p, dk + 0.5 * dt * ds2)
        dstate = dstate + ds1 + ds2 + ds3 + ds4
        dp += dp1 + dp2 + dp3 + dp4
    return dstate, dp


def cholesky(A):
    n = len(A)
    L = np.zeros_like(A)
    logdet = 0.0
    for j in range(n):
        s = A[j, j]
        for k in range(j):
            s -= L[j, k] ** 2
        L[j, j] = np.sqrt(s)
        logdet += 2.0 * np.log(L[j, j])
        for i in range(j + 1, n):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            L[i, j] = s / L[j, j]
    return logdet


def grad_cholesky(A):
    n = len(A)
    L = np.zeros_like(A)
    for j in range(n):
        s = A[j, j]
        for k in range(j):
            s -= L[j, k] ** 2
        L[j, j] = np.sqrt(s)
        for i in range(j + 1, n):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            L[i, j] = s / L[j, j]

    dA = np.zeros_like(A)
    dL = np.zeros_like(A)
    for j in range(n - 1, -1, -1):
        d = L[j, j]
        dd = dL[j, j] + 2.0 / d
        for i in range(n - 1, j, -1):
            ds = dL[i, j] / d
            dd -= ds * L[i, j]
            for k in range(j):
                dL[i, k] -= ds * L[j, k]
                dL[j, k] -= ds * L[i, k]
            dA[i, j] = ds
        ds = 0.5 * dd / d
        for k in range(j):
            dL[j, k] -= 2.0 * ds * L[j, k]
        dA[j, j] = ds
    return dA
