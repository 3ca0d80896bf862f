import numpy as np


def grad_spring_energy(points, stiffness, rest):
    """Gradient of `spring_energy` with respect to (points, stiffness, rest).
    """
    edges = points[1:] - points[:-1]
    lengths = np.sqrt(np.sum(edges ** 2, axis=1))
    t1 = lengths - rest

    dlengths = t1 * stiffness
    drest = -dlengths.sum()
    dstiffness = 0.5 * (t1 ** 2).sum()
    dedges = 2.0 * edges * np.expand_dims(0.5 * dlengths / lengths, 1)
    dpoints = np.zeros_like(points)
    dpoints[1:] += dedges
    dpoints[:-1] -= dedges
    return dpoints, dstiffness, drest
