import numpy as np


def scalar_seed(z):
    """1.0, the seed of a gradient, if the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


def grad_ising_energy(spins, coupling):
    """Gradient of `ising_energy` with respect to (spins, coupling)."""
    right = np.roll(spins, -1, axis=1)
    down = np.roll(spins, -1, axis=0)
    t1 = right + down
    t2 = np.sum(spins * t1)
    t3 = spins ** 2 - 1.0

    dz = scalar_seed(-coupling * t2 + np.sum(t3 ** 2))
    t4 = dz * coupling
    ddown = -spins * t4
    dcoupling = -dz * t2
    t5 = 4.0 * spins * (t3 * dz) + np.roll(ddown, 1, 0)
    dspins = t5 + np.roll(ddown, 1, 1) - t4 * t1
    return dspins, dcoupling
