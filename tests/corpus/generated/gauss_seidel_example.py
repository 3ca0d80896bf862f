import numpy as np


def grad_gauss_seidel(u, source, omega, sweeps):
    """Gradient of `gauss_seidel` with respect to (u, source, omega)."""
    stack = []
    stack1 = []
    u = u.copy()
    hist = []
    for _ in range(sweeps):
        change = 0.0
        t1 = u.shape[0]
        hist.append(t1)
        for i in range(1, t1 - 1):
            t2 = u.shape[1]
            stack.append(t2)
            for j in range(1, t2 - 1):
                around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
                t3 = 0.25 * (around - source[i, j]) - u[i, j]
                stack1.append(t3)
                step = omega * t3
                u[i, j] += step
                change += step ** 2

    dchange = 0.5 / np.sqrt(change)
    du = 2.0 * u
    domega = 0.0
    dsource = np.zeros_like(source)
    for k in range(sweeps - 1, -1, -1):
        for i in range(hist[k] - 2, 0, -1):
            t2 = stack.pop()
            for j in range(t2 - 2, 0, -1):
                t3 = stack1.pop()
                step = omega * t3
                dstep = 2.0 * step * dchange + du[i, j]
                domega += dstep * t3
                dt3 = omega * dstep
                daround = 0.25 * dt3
                du[i - 1, j] += daround
                du[i + 1, j] += daround
                du[i, j - 1] += daround
                du[i, j + 1] += daround
                du[i, j] -= dt3
                dsource[i, j] -= 0.25 * dt3
        dchange = 0.0
    return du, dsource, domega
