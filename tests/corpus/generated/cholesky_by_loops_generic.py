import copy
import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        if g.shape == x.shape and g.dtype == x.dtype:
            return g  # as in every round of a loop over rows
    shape = np.shape(x)
    if np.shape(g) != shape:
        whole = np.broadcast_shapes(np.shape(g), shape)
        g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if isinstance(g, float) and not shape:
        return g
    if (g.shape if isinstance(g, np.ndarray) else np.shape(g)) == shape:
        return g
    whole = np.broadcast_shapes(np.shape(g), shape)
    g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_cholesky_by_loops(A, dout):
    """Gradient of `dout * cholesky_by_loops` with respect to A, for the
    cotangent dout.
    """
    n = len(A)
    L = np.zeros_like(A)
    L_stack = []
    L_stack1 = []
    s_stack = []
    sqrt_stack = []
    stack = []
    stack1 = []
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s_stack.append(s)
                s = element(s) - L[i, k] * L[j, k]
            stack1.append(np.shape(s))
            if i == j:
                sqrt_s = np.sqrt(s)
                sqrt_stack.append(sqrt_s)
                L_stack.append(copy.copy(L[i, i]))
                L[i, i] = sqrt_s
            else:
                t1 = s / L[j, j]
                stack.append(t1)
                L_stack1.append(copy.copy(L[i, j]))
                L[i, j] = t1

    dL = dout.copy()
    dA = np.zeros_like(A, np.result_type(A, 0.0))
    for i in range(n - 1, -1, -1):
        for j in range(i, -1, -1):
            t2 = stack1.pop()
            t3 = i == j
            if t3:
                L[i, i] = L_stack.pop()
            else:
                L[i, j] = L_stack1.pop()
            if t3:
                sqrt_s = sqrt_stack.pop()
                dsqrt_s = copy.copy(sum_to(dL[i, i], sqrt_s))
                dL = dL.copy()
                dL[i, i] = 0.0
                ds = 0.5 * dsqrt_s / sqrt_s
            else:
                t1 = stack.pop()
                t4 = L[j, j]
                dt1 = copy.copy(sum_to(dL[i, j], t1))
                dL = dL.copy()
                dL[i, j] = 0.0
                dL[j, j] -= sum_to(dt1 * (t1 / t4), t4)
                ds = sum_to_shape(dt1 / t4, t2)
            for k in range(j - 1, -1, -1):
                s = s_stack.pop()
                t5 = L[j, k]
                t6 = L[i, k]
                dL[i, k] -= sum_to(ds * t5, t6)
                dL[j, k] -= sum_to(ds * t6, t5)
                ds = np.broadcast_to(np.sum(ds), np.shape(s))
            dA[i, j] += ds
    return like(dA, A)
