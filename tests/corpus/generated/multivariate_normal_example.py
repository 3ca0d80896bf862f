import numpy as np


def grad_multivariate_normal(x, cov, mean):
    """Gradient of `multivariate_normal` with respect to (x, cov, mean)."""
    r = x - mean
    solve_cov = np.linalg.solve(cov, r)

    solve_transpose_cov = np.linalg.solve(cov.T, -0.5 * r)
    dr = solve_transpose_cov - 0.5 * solve_cov
    dmean = -dr
    dcov = -0.5 * np.linalg.inv(cov).T - np.outer(
        solve_transpose_cov, solve_cov
    )
    return dr, dcov, dmean
