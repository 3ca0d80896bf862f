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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_ising_energy(spins, coupling):
    """Gradient of `ising_energy` with respect to (spins, coupling)."""
    right = np.roll(spins, -1, axis=1)
    down = np.roll(spins, -1, axis=0)
    t1 = right + down
    dz = np.sum(spins * t1)
    t2 = spins ** 2 - 1.0

    require_scalar(-coupling * dz + np.sum(t2 ** 2))
    ddown = -spins * coupling
    t3 = 4.0 * spins * t2 + np.roll(ddown, 1, 0)
    dspins = t3 + np.roll(ddown, 1, 1) - coupling * t1
    dcoupling = like(-dz, coupling)
    return dspins, dcoupling
