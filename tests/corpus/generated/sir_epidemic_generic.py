import numpy as np


def require_scalar(z):
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_sir_epidemic(infection, recovery, observed, substeps):
    """Gradient of `sir_epidemic` with respect to (infection, recovery)."""
    misfit = 0.0
    dt = 1.0 / substeps
    records = []
    records1 = []
    S = 0.97
    I = 0.03
    for report in observed:
        for _ in range(substeps):
            if I > 0.1:
                rate = infection * 0.5
            else:
                rate = infection
            records.append((S, I, rate))
            new = rate * S * I * dt
            healed = recovery * I * dt
            S = S - new
            I = I + (new - healed)
        t1 = I - report
        t2 = t1 ** 2 / report
        records1.append((np.shape(misfit), np.shape(I), t1, np.shape(t2)))
        misfit += t2

    misfit_bar = require_scalar(misfit)
    S_bar = np.zeros_like(S, np.result_type(S, 0.0))
    I_bar = np.zeros_like(I, np.result_type(I, 0.0))
    recovery_bar = 0.0
    infection_bar = 0.0
    for k in range(len(observed) - 1, -1, -1):
        t3, t4, t1, t5 = records1[k]
        misfit_bar_1 = sum_to_shape(misfit_bar, t3)
        t6 = t1 * (sum_to_shape(misfit_bar, t5) / observed[k])
        I_bar = I_bar + 2.0 * sum_to_shape(t6, t4)
        for _ in range(substeps - 1, -1, -1):
            S, I, rate = records.pop()
            t7 = recovery * I
            healed = t7 * dt
            t8 = rate * S
            healed_bar = -sum_to_shape(I_bar, np.shape(healed))
            z_bar = sum_to_shape(dt * healed_bar, np.shape(t7))
            recovery_bar += np.sum(I * z_bar)
            new_bar = I_bar - S_bar
            z_bar1 = sum_to_shape(dt * new_bar, np.shape(t8 * I))
            z_bar2 = sum_to(I * z_bar1, t8)
            rate_bar = np.sum(S * z_bar2)
            infection_bar = (
                infection_bar + 0.5 * rate_bar if I > 0.1
                else infection_bar + rate_bar
            )
            S_bar = sum_to(S_bar, S) + rate * z_bar2
            I_bar = (
                sum_to(I_bar, I) + recovery * z_bar + sum_to(z_bar1 * t8, I)
            )
        misfit_bar = misfit_bar_1
    infection_bar = like(infection_bar, infection)
    recovery_bar = like(recovery_bar, recovery)
    return infection_bar, recovery_bar
