import copy
import numpy as np


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


def grad_garch_loglik(omega, alpha, beta, returns):
    """Gradient of `garch_loglik` with respect to (omega, alpha, beta,
    returns).
    """
    variance = np.empty_like(returns)
    t1 = 1.0 - alpha - beta
    t2 = omega / t1
    variance[0] = t2
    for t in range(1, len(returns)):
        variance[t] = (
            omega + alpha * returns[t - 1] ** 2 + beta * variance[t - 1]
        )

    t3 = 0.5 * returns ** 2 / variance / variance
    dvariance = t3 - np.pi / (2.0 * np.pi * variance)
    dbeta = np.zeros_like(beta, np.result_type(beta, 0.0))
    domega = np.zeros_like(omega, np.result_type(omega, 0.0))
    dalpha = np.zeros_like(alpha, np.result_type(alpha, 0.0))
    dreturns = -returns / variance
    for t in range(len(returns) - 1, 0, -1):
        t4 = t - 1
        t5 = variance[t4]
        t6 = t - 1
        t7 = returns[t6]
        t8 = t7 ** 2
        t9 = copy.copy(dvariance[t])
        dvariance[t] = 0.0
        dz = sum_to_shape(t9, np.shape(beta * t5))
        dbeta += sum_to(dz * t5, beta)
        domega += sum_to(t9, omega)
        dz1 = sum_to(t9, alpha * t8)
        dalpha += sum_to(dz1 * t8, alpha)
        dvariance[t4] += sum_to(beta * dz, t5)
        dreturns[t6] += 2.0 * t7 * sum_to(alpha * dz1, t7)
    dt2 = sum_to(dvariance[0], t2)
    t10 = dt2 * (t2 / t1)
    domega += sum_to(dt2 / t1, omega)
    dalpha += sum_to(t10, alpha)
    dbeta += sum_to(t10, beta)
    return domega, dalpha, dbeta, dreturns
