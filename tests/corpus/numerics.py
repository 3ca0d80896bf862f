"""Linear algebra, transforms and formulas as textbooks write them: one entry at a time."""

import numpy as np

from . import case, numbers

POSITIVE = 3.0 * np.eye(4) + 0.5 * numbers(4, 4, seed=10)


@case(numbers(5, 6), numbers(5, 6, seed=1), 0.2, 4, wrt=(0, 1, 2), mode="vjp")
def jacobi_2d(u, source, h, sweeps):
    """Poisson's equation on a grid with fixed edges: every sweep reads the sweep before."""
    rows, cols = u.shape
    for _ in range(sweeps):
        new = u.copy()
        for i in range(1, rows - 1):
            for j in range(1, cols - 1):
                around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
                new[i, j] = 0.25 * (around - h**2 * source[i, j])
        u = new
    return u


@case(numbers(4, 5), numbers(4, 5, seed=1), 1.3, 3, wrt=(0, 1, 2))
def gauss_seidel(u, source, omega, sweeps):
    """Successive over-relaxation, written into u itself; the norm of the last sweep's changes."""
    for _ in range(sweeps):
        change = 0.0
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
                step = omega * (0.25 * (around - source[i, j]) - u[i, j])
                u[i, j] += step
                change += step**2
    return np.sqrt(change) + np.sum(u**2)


@case(numbers(4, 4) + np.array([[0, 0, 2, 0], [2, 0, 0, 0], [0, 0, 0, 2], [0, 2, 0, 0.0]]))
def lu_logdet(A):
    """log |det A| by elimination with row exchanges."""
    U = np.array(A)
    n = len(U)
    logdet = 0.0
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(U[i, k]) > abs(U[pivot, k]):
                pivot = i
        if pivot != k:
            U[[k, pivot]] = U[[pivot, k]]
        logdet += np.log(abs(U[k, k]))
        for i in range(k + 1, n):
            factor = U[i, k] / U[k, k]
            U[i, k:] -= factor * U[k, k:]
    return logdet


@case(POSITIVE, mode="vjp")
def lu_doolittle(A):
    n = A.shape[0]
    L, U = np.eye(n), np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            U[i, j] = A[i, j] - sum(L[i, k] * U[k, j] for k in range(i))
        for j in range(i + 1, n):
            L[j, i] = (A[j, i] - sum(L[j, k] * U[k, i] for k in range(i))) / U[i, i]
    return L, U


@case(POSITIVE, mode="vjp")
def cholesky_by_loops(A):
    n = len(A)
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, i] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L


@case(numbers(5, 3) + np.eye(5, 3), mode="vjp")
def gram_schmidt(A):
    """Modified Gram-Schmidt: A = Q R, the columns of Q kept in a list."""
    m, n = A.shape
    R = np.zeros((n, n))
    columns = []
    for j in range(n):
        v = A[:, j].copy()
        for i, q in enumerate(columns):
            R[i, j] = q @ v
            v -= R[i, j] * q
        R[j, j] = np.sqrt(v @ v)
        columns.append(v / R[j, j])
    return np.column_stack(columns), R


@case(numbers(5, 3, seed=4) - np.eye(5, 3), numbers(5, seed=1), mode="vjp")
def householder_least_squares(A, b):
    """min |A x - b|: reflections make A triangular, from the last row x is substituted back."""
    R, y = A.copy(), b.copy()
    m, n = R.shape
    for k in range(n):
        v = R[k:, k].copy()
        length = np.linalg.norm(v)
        if v[0] >= 0.0:
            v[0] += length
        else:
            v[0] -= length
        v /= np.linalg.norm(v)
        for j in range(k, n):
            R[k:, j] -= 2.0 * v * (v @ R[k:, j])
        y[k:] -= 2.0 * v * np.dot(v, y[k:])
    x = np.empty(n)
    for i in reversed(range(n)):
        x[i] = (y[i] - R[i, i + 1 :] @ x[i + 1 :]) / R[i, i]
    return x


def solve_lower(L, b):
    y = np.zeros(len(b))
    for i in range(len(b)):
        total = 0.0
        for j in range(i):
            total += L[i, j] * y[j]
        y[i] = (b[i] - total) / L[i, i]
    return y


def solve_upper(U, y):
    n = len(y)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = y[i]
        for j in range(i + 1, n):
            x[i] -= U[i, j] * x[j]
        x[i] /= U[i, i]
    return x


@case(np.tril(POSITIVE), numbers(4, seed=1), mode="vjp")
def triangular_solves(L, b):
    return solve_upper(L.T, solve_lower(L, b))


@case(POSITIVE @ POSITIVE.T, numbers(4, seed=1), 3, wrt=(0, 1), mode="vjp")
def conjugate_gradient(A, b, iterations):
    x = np.zeros_like(b)
    r = b.copy()
    p = r
    rr = r @ r
    for _ in range(iterations):
        Ap = A @ p
        alpha = rr / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        rr_new = r @ r
        if rr_new < 1e-20:
            break
        p = r + (rr_new / rr) * p
        rr = rr_new
    return x


@case(POSITIVE + POSITIVE.T + np.diag([2.0, 0.0, 0.0, 0.0]), 1e-3, 50, wrt=(0,))
def power_iteration(A, tol, limit):
    """The largest eigenvalue, by Rayleigh's quotient, until it stands."""
    v = np.ones(len(A))
    value = 0.0
    for _ in range(limit):
        w = A @ v
        v = w / np.sqrt(np.sum(w**2))
        previous = value
        value = v @ A @ v
        if abs(value - previous) < tol:
            return value
    return value


@case(numbers(8), numbers(8, seed=1), numbers(8, seed=2), wrt=(0, 1))
def fft_butterflies(re, im, weight):
    """The radix-2 transform in place, on the real and the imaginary part; weighted power."""
    n = len(re)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            re[i], re[j] = re[j], re[i]
            im[i], im[j] = im[j], im[i]
    size = 2
    while size <= n:
        half = size // 2
        for start in range(0, n, size):
            for k in range(half):
                angle = -2.0 * np.pi * k / size
                c, s = np.cos(angle), np.sin(angle)
                a, b = start + k, start + k + half
                tr = c * re[b] - s * im[b]
                ti = s * re[b] + c * im[b]
                re[b], im[b] = re[a] - tr, im[a] - ti
                re[a] += tr
                im[a] += ti
        size *= 2
    power = 0.0
    for k in range(n):
        power += weight[k] * (re[k] ** 2 + im[k] ** 2)
    return power


def fft(x):
    n = len(x)
    if n == 1:
        return x
    even, odd = fft(x[::2]), fft(x[1::2])
    out = np.zeros(n, dtype=complex)
    for k in range(n // 2):
        turned = np.exp(-2j * np.pi * k / n) * odd[k]
        out[k] = even[k] + turned
        out[k + n // 2] = even[k] - turned
    return out


@case(numbers(8), numbers(8, seed=1), mode="vjp")
def power_spectrum(signal, window):
    """Cooley and Tukey's recursion, with complex numbers."""
    return np.abs(fft(signal * window)) ** 2


@case(numbers(5), 0.7)
def horner(coefficients, x):
    result = 0.0
    for c in coefficients[::-1]:
        result = result * x + c
    return result


@case(numbers(5), 0.7, mode="vjp")
def horner_with_derivatives(coefficients, x):
    """p(x), p'(x) and p''(x) in one pass."""
    p, dp, ddp = coefficients[-1], 0.0, 0.0
    for k in range(len(coefficients) - 2, -1, -1):
        ddp = ddp * x + 2.0 * dp
        dp = dp * x + p
        p = p * x + coefficients[k]
    return p, dp, ddp


@case(1.0 + numbers(6, scale=0.5), 2.0 + numbers(6, seed=1, scale=0.5), 0.3)
def continued_fraction(a, b, x):
    """b0 + a0 x / (b1 + a1 x / (b2 + ...)), from the last term to the first."""
    tail = 0.0
    for k in range(len(a) - 1, 0, -1):
        tail = a[k] * x / (b[k] + tail)
    return b[0] + a[0] * x / (1.0 + tail)


@case(0.8, 1.7)
def incomplete_gamma(s, x):
    """The upper incomplete gamma function times exp(x) x**-s, by Lentz's continued fraction."""
    b = x + 1.0 - s
    c = 1e30
    d = 1.0 / b
    h = d
    for i in range(1, 60):
        an = -i * (i - s)
        b += 2.0
        d = 1.0 / (an * d + b)
        c = b + an / c
        delta = c * d
        h *= delta
        if abs(delta - 1.0) < 1e-6:
            break
    return h


@case(np.array([0.0, 0.7, 1.5, 2.6, 3.4]), numbers(5, seed=1), np.array([0.2, 1.1, 2.0, 2.9]),
      mode="vjp")  # fmt: skip
def cubic_spline(knots, values, points):
    """The natural cubic spline: a tridiagonal system for the curvatures, then a piece a point."""
    n = len(knots) - 1
    h = [knots[i + 1] - knots[i] for i in range(n)]
    diagonal, right = np.ones(n + 1), np.zeros(n + 1)
    for i in range(1, n):
        slope = (values[i + 1] - values[i]) / h[i] - (values[i] - values[i - 1]) / h[i - 1]
        diagonal[i] = 2.0 * (h[i - 1] + h[i])
        right[i] = 6.0 * slope
        if i > 1:
            w = h[i - 1] / diagonal[i - 1]
            diagonal[i] -= w * h[i - 1]
            right[i] -= w * right[i - 1]
    curvature = np.zeros(n + 1)
    for i in range(n - 1, 0, -1):
        curvature[i] = (right[i] - h[i] * curvature[i + 1]) / diagonal[i]

    out = np.empty(len(points))
    for k, x in enumerate(points):
        i = 0
        while i < n - 1 and x > knots[i + 1]:
            i += 1
        a = (knots[i + 1] - x) / h[i]
        b = 1.0 - a
        bend = (a**3 - a) * curvature[i] + (b**3 - b) * curvature[i + 1]
        out[k] = a * values[i] + b * values[i + 1] + bend * h[i] ** 2 / 6.0
    return out


@case(0.4, 1.9, 0.8, 3, wrt=(0, 1, 2))
def romberg(lower, upper, width, levels):
    """The integral of a bell curve by halved trapezoids and Richardson's extrapolation."""

    def bell(x):
        return np.exp(-0.5 * (x / width) ** 2)

    h = upper - lower
    R = np.zeros((levels + 1, levels + 1))
    R[0, 0] = 0.5 * h * (bell(lower) + bell(upper))
    for i in range(1, levels + 1):
        h *= 0.5
        inner = 0.0
        for k in range(1, 2**i, 2):
            inner += bell(lower + k * h)
        R[i, 0] = 0.5 * R[i - 1, 0] + h * inner
        for j in range(1, i + 1):
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4**j - 1)
    return R[levels, levels]
