import numpy as np


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
    dbeta = 0.0
    domega = 0.0
    dalpha = 0.0
    dreturns = -returns / variance
    for t in range(len(returns) - 1, 0, -1):
        t4 = t - 1
        t5 = t - 1
        t6 = returns[t5]
        dz = dvariance[t]
        domega += dz
        dvariance[t] = 0.0
        dbeta += dz * variance[t4]
        dalpha += dz * t6 ** 2
        dvariance[t4] += beta * dz
        dreturns[t5] += 2.0 * t6 * (alpha * dz)
    dt2 = dvariance[0]
    t7 = dt2 * (t2 / t1)
    domega += dt2 / t1
    dalpha += t7
    dbeta += t7
    return domega, dalpha, dbeta, dreturns
