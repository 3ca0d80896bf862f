import numpy as np


def grad_ising_energy(spins, coupling):
    """Gradient of `ising_energy` with respect to (spins, coupling)."""
    right = np.roll(spins, -1, axis=1)
    down = np.roll(spins, -1, axis=0)
    t1 = right + down

    ddown = -spins * coupling
    dcoupling = -(spins * t1).sum()
    t2 = 4.0 * spins * (spins ** 2 - 1.0) + np.roll(ddown, 1, 0)
    dspins = t2 + np.roll(ddown, 1, 1) - coupling * t1
    return dspins, dcoupling
