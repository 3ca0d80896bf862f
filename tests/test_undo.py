"""Writes that are undone in the backward part: what is recorded, and that it is right."""

import numpy as np
import pytest

import srctransform as st
from srctransform import pipeline
from srctransform.frontend.read import read
from srctransform.ir import prims
from srctransform.ir.nodes import Let
from srctransform.ir.walk import statements

from .checking import check

U = np.linspace(0.5, 1.3, 6)
V = np.array([0.9, 0.6, 1.2, 0.8, 1.1, 0.7])
GRID = np.random.default_rng(1).uniform(0.4, 1.2, (4, 5))
SPD = np.diag([2.0, 2.5, 3.0, 2.2]) + 0.1 * GRID[:, :4]
SPD = SPD @ SPD.T


def sweep(u, c, steps):
    u = u.copy()
    n = len(u)
    for _ in range(steps):
        for i in range(1, n - 1):
            u[i] = 0.5 * u[i] + c * u[i - 1] * u[i + 1]
    return np.sum(u**2)


def gauss_seidel(u, f, w):
    u = u.copy()
    for i in range(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            r = u[i - 1, j] * u[i + 1, j] + u[i, j - 1] * u[i, j + 1] - 4.0 * u[i, j] - f[i, j]
            u[i, j] += w * np.sin(r)
    return u


def cholesky(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        s = A[j, j]
        for k in range(j):
            s = s - L[j, k] ** 2
        L[j, j] = np.sqrt(s)
        for i in range(j + 1, n):
            s = A[i, j]
            for k in range(j):
                s = s - L[i, k] * L[j, k]
            L[i, j] = s / L[j, j]
    return L


def lu(A):
    A = A.copy()
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    return A


def lu_by_rows(A):
    A = A.copy()
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            A[i, k + 1 :] -= A[i, k] * A[k, k + 1 :]
    return A


def substitution(L, b):
    b = b.copy()
    for i in range(len(b)):
        for j in range(i):
            b[i] = b[i] - L[i, j] * b[j] * b[i]
        b[i] = b[i] / L[i, i]
    return b


def shortest(D):
    D = D.copy()
    n = D.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                D[i, j] = min(D[i, j], D[i, k] + D[k, j])
    return D


def branches(u, c):
    u = u.copy()
    for i in range(1, len(u)):
        k = i - 1
        if c[i] > 0.75:
            if c[k] > 0.75:
                m = k + 1
                u[m] = u[k] * u[i] * u[k]
            else:
                u[k] = u[k] * u[i] * c[i]
                u[i] = u[k] * u[i] * c[k]
        u[i] = u[i] * u[k]
    return u


def relaxed(D):
    D = D.copy()
    n = D.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                t = D[i, k] * D[k, j]
                if t < D[i, j]:
                    D[i, j] = t
                else:
                    D[i, j] = D[i, j] * 0.9 + D[i, j] ** 2 * D[k, j]
    return D


def settle(u, c):
    u = u.copy()
    s = np.sum(u)
    k = 0
    while k < 4 and s > 0.1:
        for i in range(1, len(u) - 1):
            u[i] = c * u[i - 1] * u[i + 1] + 0.5 * u[i] * u[i]
            if u[i] > 50.0:
                break
        k += 1
        s = np.sum(u)
    return np.sum(u**2) * s


def passes(u, c):
    u = u.copy()
    for _ in range(3):
        for i in range(1, len(u)):
            u[i] = u[i] * u[i - 1] * c
        u[0] = u[1] * u[2]
        for i in range(len(u) - 1):
            u[i] = u[i] * u[i + 1] * u[i]
        u[-1] = u[1] * u[0] * u[-1]
    return u


def two_buffers(u, v):
    u, v = u.copy(), v.copy()
    for i in range(1, len(u)):
        a = u[i] * v[i - 1]
        u[i] = a * v[i]
        v[i] = u[i] * u[i - 1] * v[i] + a
        u[i - 1] = v[i] * u[i]
    return u * v


def permuted(u, p):
    u, p = u.copy(), p.copy()
    for _ in range(3):
        for i in range(len(u)):
            j = int(p[i])
            u[i] = u[i] * u[j] + u[j - 1] * u[i]
            p[i] = p[j]
    return u


def fresh(x):
    s = 0.0
    for t in range(len(x)):
        u = np.zeros(4)
        u[0] = x[t]
        for i in range(1, 4):
            for j in range(i):
                u[i] = u[i] + np.sin(u[j]) * u[i - 1] * x[t]
        s = s + np.sum(u * u)
    return s


def slices(u, c):
    u = u.copy()
    for _ in range(4):
        u[1:-1] = u[1:-1] + c * u[:-2] * u[2:] * u[1:-1]
    return u


def whole(u, c):
    u = u.copy()
    s = 0.0
    for i in range(1, len(u)):
        s = s + np.sum(u * u * u) * u[i]
        u[i] = u[i] * s * u[i - 1] * c
    return s + np.sum(u)


def in_a_branch(u, c):
    u = u.copy()
    if c > 0.5:
        for i in range(1, len(u)):
            u[i] = u[i] * u[i - 1] * c
    return u


def through_a_view(u, c):
    u = u.copy()
    w = u[1:]
    for i in range(len(w)):
        w[i] = w[i] * u[i] * c
    return u


def first_read_then_kept(u):
    u = u.copy()
    for i in range(1, len(u)):
        u[i] = u[i] * u[i - 1] * u[i]
    for i in range(1, len(u)):
        u[i] = np.exp(0.3 * u[i - 1])
    return u


def round_the_end(u):
    u = u.copy()
    for i in range(len(u)):
        u[i] = u[i - 1] * u[i - 2] * 0.9
    return u


def from_the_end(x):
    n = len(x)
    u = np.zeros(n)
    for i in range(-n, 0):
        u[i] = np.sin(x[i] * u[i + n - 1] + u[0] + x[i])
    return u


def backwards(x):
    n = len(x)
    u = np.ones(n + 1)
    for i in range(n - 1, -1, -1):
        u[i] = np.sin(x[i] * u[i + 1] * u[n])
    return u


def stride(x):
    n = len(x)
    u = np.ones(n + 2)
    for i in range(0, n, 2):
        u[i + 2] = np.sin(x[i] * u[i]) * u[i]
    for i in range(1, n, 2):
        u[i] = u[i - 1] * u[i + 1] * u[i]
    return u


def table(a, b):
    n, m = len(a), len(b)
    D = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            D[i, j] = (
                (a[i - 1] - b[j - 1]) ** 2 * D[i - 1, j - 1]
                + np.sin(D[i, j - 1] * D[i - 1, j])
                + a[i - 1] * b[j - 1]
            )
    return D[n, m]


def rows(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        L[j, j] = np.sqrt(A[j, j] - np.dot(L[j, :j], L[j, :j]))
        for i in range(j + 1, n):
            L[i, j] = (A[i, j] - np.dot(L[i, :j], L[j, :j])) / L[j, j]
    return L


def columns(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        v = A[j:, j] - L[j:, :j] @ L[j, :j]
        L[j:, j] = v / np.sqrt(v[0])
    return L


def overlapped(x):
    u = np.ones(6)
    for t in range(4):
        u[t : t + 2] = u[t + 1 : t + 3] * x[t] * u[t]
        u[t + 2] = u[t] * u[t + 1]
    return u


def shifted(x):
    u = np.ones(8)
    for t in range(4):
        for i in range(t, 5):
            u[i + 1] = u[i] * x[t] * u[i + 2]
    return u


def ring(x, n):
    u = np.ones(3)
    for i in range(n):
        u[i % 3] = np.sin(u[(i + 1) % 3] * x[i] * u[(i + 2) % 3])
    return u


def layers(x):
    u = np.ones((4, 4))
    for t in range(1, 4):
        for i in range(1, 4):
            u[t, i] = u[t - 1, i] * u[t - 1, i - 1] * x[i] + u[t, i - 1]
        u[t, 0] = u[t, 3] * u[t, 2]
    return u


def armed(x, c):
    u = np.ones(7)
    for i in range(1, 6):
        if c[i] > 0:
            u[i] = u[i - 1] * u[i - 1] * x[i]
        else:
            u[i + 1] = u[i - 1] * u[i] * x[i]
    return u


def used_after(x):
    u = np.ones(6)
    s = 0.0
    for i in range(1, 6):
        u[i] = u[i - 1] * x[i] * u[i - 1]
        s = s + u[i] * u[0] * u[5]
    return s


def lookback(x):
    n = len(x)
    u = np.ones(n)
    for i in range(1, n):
        j = i // 2
        u[i] = u[j] * u[i - 1] * x[i]
        u[j] = u[i] * 0.5
    return u


CASES = [
    (sweep, (U, 0.3, 2), 1),
    (gauss_seidel, (GRID, 0.5 * GRID, 0.8), 4),  # besides: sin(r), r, and u[i, j] of +=
    (cholesky, (SPD,), 0),  # what is read of a version is not written any more
    (lu, (SPD,), 0),
    (lu_by_rows, (SPD,), 0),
    (substitution, (np.tril(SPD), U[:4]), 2),
    (shortest, (SPD,), 1),  # only which one it was, if that
    (branches, (U, V), None),
    (relaxed, (GRID[:, :4],), 3),
    (settle, (U, 0.9), None),
    (passes, (U, 0.7), None),
    (two_buffers, (U, V), 3),
    (fresh, (U[:4],), None),
    (slices, (U, 0.3), 1),
    (whole, (U, 0.3), 3),
    (in_a_branch, (U, 0.7), 1),
    (through_a_view, (U, 0.7), 1),
    (first_read_then_kept, (U,), 1),
    (round_the_end, (U,), 1),
    (from_the_end, (U,), 2),
    (backwards, (U,), 0),
    (stride, (U,), 2),
    (table, (U[:3], V[:4]), 0),
    (rows, (SPD,), 0),
    (columns, (SPD,), 2),
    (overlapped, (U,), 2),
    (shifted, (U,), 1),
    (ring, (U, 6), 1),
    (layers, (U,), 0),
    (armed, (U, np.array([1, 1, -1, 1, -1, 1])), 1),
    (used_after, (U,), 1),
    (lookback, (U,), 2),
]
NAMES = [f.__name__ for f, _, _ in CASES]


def pushes(f, args, mode="vjp"):
    names = f.__code__.co_varnames[: f.__code__.co_argcount]
    wrt = tuple(n for n, a in zip(names, args, strict=True) if not isinstance(a, int))
    options = pipeline.Options(mode=mode, wrt=wrt, bare=False, example=args, check=True)
    function = pipeline.derive_ir(read(f), options)
    found = statements(function.block)
    return sum(isinstance(s, Let) and s.prim is prims.push for s in found)


@pytest.mark.parametrize(("f", "args", "count"), CASES, ids=NAMES)
def test_derivatives_are_right(f, args, count):
    check(f, *args)


@pytest.mark.parametrize(("f", "args", "count"), CASES, ids=NAMES)
def test_what_is_recorded(f, args, count):
    if count is not None:
        assert pushes(f, args) == count


def test_indices_that_are_read_from_a_buffer_are_recorded():
    check(permuted, U[:5], np.array([2, 0, 4, 1, 3]), wrt=(0,))


def test_a_buffer_that_is_read_once_a_write_is_left_alone():
    def f(u):
        u = u.copy()
        for i in range(len(u)):
            u[i] = np.sin(u[i])
        return np.sum(u)

    assert "u[i] = " not in st.grad(f, example=(U,)).source.split("du = ")[1].replace("du[i]", "")
    check(f, U)


def test_value_and_grad_keeps_the_value():
    def f(u):
        u = u.copy()
        for i in range(1, len(u)):
            u[i] = u[i] * u[i - 1]
        return np.sum(u), u

    (_, u), g = st.value_and_grad(f, has_aux=True)(U)
    assert np.array_equal(u, f(U)[1])
    assert np.allclose(g, st.grad(lambda u: f(u)[0])(U))


def test_the_text_reads_as_by_hand():
    backward = st.grad(sweep, (0, 1), example=(U, 0.3, 2)).source.split("for i in range(n - 2")[1]
    assert "u[i] = u_stack.pop()" in backward
    assert "u_stack.append(" not in backward


def rows_then_an_entry(x, w):
    for _ in range(2):
        s = 0.0
        for q in x:
            s += q * q
        x[2] = 0.1 * s
    return np.sum(x * w)


def pairs_then_an_entry(x, w):
    for _ in range(2):
        x[2] = 0.1 * sum(q * r for q, r in zip(x, w, strict=True))
    return np.sum(x)


def pairs_in_a_while_loop(x, w):
    k = 2
    while k:
        k -= 1
        s = 0.0
        for j, (q, r) in enumerate(zip(x, w, strict=True)):
            s += q * r * j
        x[2] = 0.1 * s
    return np.sum(x)


@pytest.mark.parametrize("f", [rows_then_an_entry, pairs_then_an_entry, pairs_in_a_while_loop])
def test_an_array_that_an_inner_loop_goes_through_is_what_it_was_in_that_round(f):
    check(f, np.array([-1.0, 1.2, 0.9, -0.8]), np.array([-0.5, -1.1, 0.4, 0.7]))
