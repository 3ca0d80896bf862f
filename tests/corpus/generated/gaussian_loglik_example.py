def grad_gaussian_loglik(x, mean, sigma):
    """Gradient of `gaussian_loglik` with respect to (x, mean, sigma)."""
    z = (x - mean) / sigma

    dz = -z
    dx = dz / sigma
    dmean = -dx.sum()
    dsigma = -(dz * (z / sigma)).sum() - float(len(x)) / sigma
    return dx, dmean, dsigma
