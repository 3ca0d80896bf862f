import numpy as np


def grad_lennard_jones(positions, sigma, epsilon):
    """Gradient of `lennard_jones` with respect to (positions, sigma, epsilon).
    """
    t1 = np.triu_indices(4, 1)
    gaps = positions[t1[0]] - positions[t1[1]]
    t2 = np.sum(gaps * gaps, axis=1)
    t3 = sigma ** 2 / t2
    s6 = t3 ** 3

    depsilon = 4.0 * (s6 * s6 - s6).sum()
    ds6 = 8.0 * s6 * epsilon - 4.0 * epsilon
    t4 = t3 ** 2 * ds6
    dsigma = 2.0 * sigma * (3.0 * t4 / t2).sum()
    dgaps = -6.0 * gaps * np.expand_dims(t4 * (t3 / t2), 1)
    dpositions = np.zeros_like(positions)
    np.add.at(dpositions, t1[0], dgaps)
    np.add.at(dpositions, t1[1], -dgaps)
    return dpositions, dsigma, depsilon
