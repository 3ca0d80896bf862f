"""Reverse and forward mode through loops, against central differences: every kind of loop, exits,
writes, lists, and what goes round.

    for i in range(n):              for i in range(n - 1, -1, -1):
        s = s * x[i]         →          dx[i] += s_hist[i] * ds
                                        ds = ds * x[i]
"""

import numpy as np
import pytest

import srctransform as st

from .checking import check

X = np.linspace(0.3, 1.1, 5)
A = np.random.default_rng(1).standard_normal((4, 4))
S = A @ A.T + 4.0 * np.eye(4)


def rnn(x, w):
    h = 0.0
    loss = 0.0
    for i in range(len(x)):
        h = np.tanh(w * h + x[i])
        loss += h**2
    return loss


def energy(x, w):
    e = 0.0
    for i in range(len(x)):
        z = w * x[i]
        e += z * np.sin(z)
    return e


def rows(X, w):
    s = 0.0
    for row in X:
        s = s * 0.9 + np.sum(row * w) ** 2
    return s


def settle(x, a):
    s = 0.0
    while x > 1.0:
        if x > 4.0:
            x = x / a
            s = s + x * x
        else:
            x = 0.7 * x
            s = s + np.sin(x)
    return s * x


def heat(u, kappa, steps):
    u = u.copy()
    for t in range(steps):
        lap = u[:-2] - 2.0 * u[1:-1] + u[2:]
        u[1:-1] += kappa * lap
    return np.sum(u**2)


def sweep(u, c, steps):
    u = u.copy()
    n = len(u)
    for t in range(steps):
        for i in range(1, n - 1):
            u[i] = 0.5 * u[i] + c * u[i - 1] * u[i + 1]
    return np.sum(u**2)


def search(x, y):
    s = 0.0
    for i in range(len(x)):
        for j in range(len(y)):
            t = x[i] * y[j]
            if t < 0.0:
                continue
            s += np.sqrt(t + 1.0)
            if s > 6.0:
                return s * t
        if x[i] > 2.5:
            break
        s *= 1.1
    return s


def rnn_vec(W, x, h0):
    h = h0
    for t in range(x.shape[0]):
        h = np.tanh(W @ h + x[t])
    return np.sum(h**2)


def ifl(x, w):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0.51:
            s += w * x[i] ** 2
        else:
            s *= np.sin(w * x[i])
    return s


def nest(A, b):
    s = 0.0
    for i in range(A.shape[0]):
        t = 1.0
        for j in range(A.shape[1]):
            t = t * (1 + A[i, j] * b[j])
        s += t**2
    return s


def chol(A):
    n = len(A)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return np.sum(L * np.cos(L))


def backsub(R, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        s = b[i]
        for j in range(i + 1, n):
            s -= R[i, j] * x[j]
        x[i] = s / R[i, i]
    return x


def overlap(a):
    a = a * 1.0
    a[1:] += a[:-1]
    a[1:] *= a[:-1]
    return a


def lists(x, w):
    hs = []
    h = 0.1
    for v in x:
        h = np.tanh(w * h + v)
        hs.append(h)
    return np.sum(np.array(hs) ** 3) + hs[2] * hs[-1]


def zipit(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s = s * np.cos(a) + b * i
    return s


def revit(x, y):
    s = 0.0
    for a, b in zip(reversed(x), y):
        s = s * np.cos(a) + b
    return s


def pdict(x, w, v):
    p = {"a": w, "b": v}
    for i in range(3):
        x = np.tanh(p["a"] * x + p["b"])
    return np.sum(x)


def repeated(x, v):
    x = x * 1.0
    x[np.array([0, 1, 1, 0])] = v
    return x


def newton(a):
    x = a
    while abs(x * x - a) > 1e-13:
        x = 0.5 * (x + a / x)
    return x


def after(x):
    s = 0.0
    for i in range(len(x)):
        t = x[i] * x[i]
        s += np.sin(t)
    return s * t


def step2(x):
    s = 1.0
    for i in range(1, len(x), 2):
        s = s * x[i] + x[i - 1]
    for i in range(len(x) - 1, 0, -2):
        s = s * x[i] + x[i - 1]
    return s


def keep(x, y):
    ps = []
    for p in zip(x, y):
        ps.append(p)
    return ps[0][0] * ps[1][1] + ps[2][0]


def popped(x):
    xs = []
    for v in x:
        xs.append(v * v)
    s = 1.0
    while len(xs) > 1:
        a = xs.pop()
        s = s * np.sin(a) + xs[0]
    return s


def ifwrite(x, w):
    y = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 0.51:
            y[i] = w * x[i]
        else:
            y[i] += x[i] ** 2
            y[0] += w
    return np.sum(y**3)


def swap(x, n):
    a, b = x[0], x[1]
    for _ in range(n):
        a, b = b, a * np.sin(b)
    return a + 2 * b


def mat(A, B):
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]
    return C


def rowwise(A, b):
    x = b * 1.0
    for i in range(len(A)):
        x[i] = x[i] * np.sum(A[i] * x)
    return x


def brk(x):
    s = 1.0
    for v in x:
        s = s * v
        if s < 0.1:
            break
    else:
        s = s * 3.0
    return s


def whilebrk(x, n):
    i = 0
    s = x
    while True:
        s = np.sin(s) + x
        i += 1
        if i >= n:
            break
    return s


def ret(x):
    for i in range(len(x)):
        if x[i] > 0.6:
            return x[i] ** 2 * x[0]
    return x[-1]


def temp(x):
    y = 0.0 * x
    for k in range(3):
        t = np.sin(x) * (k + 1)
        x = x + t * 0.1
        y = y + t * x
    return y


def rowxij(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x[i])):
            s += x[i][j] ** 2
    return s


def cond2(x, n):
    s = 0.0
    for i in range(n):
        if i % 2 == 0:
            for j in range(i):
                if x[j] > 0.51:
                    s = s * x[j] + np.sin(x[i])
        else:
            s += x[i] * s
    return s


def zero_rounds(x, n):
    s = x[0] * 2.0
    for i in range(n):
        s = s * x[i]
    while n > 0:
        s = s + x[1]
        n = n - 1
    return s


def carried_list(x):
    ys = [x[0], x[1]]
    for i in range(2, len(x)):
        ys.append(ys[i - 1] * ys[i - 2] + x[i])
    total = 0.0
    for y in ys:
        total = total + y**2
    return total


def matrix_power(M, v, n):
    for _ in range(n):
        v = M @ v
        v = v / np.sqrt(np.sum(v**2))
    return v


def nested_while(x, a):
    total = 0.0
    for i in range(len(x)):
        s = x[i]
        while s < 2.0:
            s = s * a + x[i]
            if s > 1.8:
                break
        total = total + s**2
    return total


def continued(x):
    s = 1.0
    for i in range(len(x)):
        if i % 2 == 1:
            continue
        for j in range(i, len(x)):
            if x[j] > 0.8:
                break
            s = s * (1.0 + x[i] * x[j])
    return s


def last_item(x):
    for v in x:
        t = v * v
    return t * v


CASES = [
    (rnn, X, 0.7),
    (energy, X, 0.7),
    (rows, A[:3, :2], np.array([0.3, 0.4])),
    (settle, 9.3, 1.7),
    (settle, 0.5, 1.7),
    (heat, np.append(X, 2.0), 0.2, 3),
    (sweep, np.append(X, 2.0), 0.3, 2),
    (search, np.array([0.5, 0.9, 2.7, 1.0]), np.array([0.4, -0.3, 1.2])),
    (search, np.array([0.5, 1.9, 1.7, 1.0]), np.array([0.4, -0.3, 3.2])),
    (rnn_vec, 0.3 * A, A[:3], A[3]),
    (ifl, X, 0.7),
    (nest, 0.3 * A, X[:4]),
    (chol, S),
    (backsub, S, X[:4]),
    (overlap, X),
    (lists, X, 0.6),
    (zipit, X, X**2),
    (revit, X, X**2),
    (pdict, X, 0.4, 0.3),
    (repeated, X, X[:4]),
    (newton, 2.3),
    (after, X),
    (step2, X),
    (keep, X, 2.0 * X),
    (popped, X),
    (ifwrite, X, 0.7),
    (swap, X, 3),
    (mat, A, S),
    (rowwise, A, X[:4]),
    (brk, X),
    (brk, 0.3 * X),
    (whilebrk, 0.3, 4),
    (ret, X),
    (ret, 0.1 * X),
    (temp, X),
    (rowxij, A),
    (cond2, X, 5),
    (zero_rounds, X, 0),
    (zero_rounds, X, 3),
    (carried_list, X),
    (matrix_power, A, X[:4], 3),
    (nested_while, X, 1.2),
    (continued, X),
    (last_item, X),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_derivatives(case):
    check(*case)


def test_jacobians_run_the_loops_again_for_each_row():
    def f(x, n):
        while n > 0:
            x = np.sin(x) * 2.0 if n % 2 == 0 else x * x[0]
            n = n - 1
        return x

    steps = 1e-6 * np.eye(5)
    want = np.transpose([(f(X + e, 3) - f(X - e, 3)) / 2e-6 for e in steps])
    for mode in ("forward", "reverse"):
        assert np.allclose(st.jacobian(f, mode=mode)(X, 3), want, atol=1e-7)


def test_third_derivatives():
    def f(x):
        s = 0.0
        for i in range(len(x)):
            s = s * np.cos(x[i]) + x[i] ** 3
        return s

    def of_hessian(x):
        return np.sum(st.hessian(f)(x) ** 2)

    x, steps = X[:3], 1e-6 * np.eye(3)
    want = [(of_hessian(x + e) - of_hessian(x - e)) / 2e-6 for e in steps]
    assert np.allclose(st.grad(of_hessian)(x), want, rtol=1e-5)


def test_the_cotangent_of_an_overwritten_place_goes_to_the_last_write():
    def f(x, v):
        x = x * 1.0
        x[[0, 1, 1, 0]] = v
        return x

    _, dv = st.vjp(f, (0, 1))(X, X[:4], np.arange(1.0, 6.0))
    assert np.array_equal(dv, [0.0, 0.0, 2.0, 1.0])
