import numpy as np


def grad_horner(coefficients, x):
    """Gradient of `horner` with respect to (coefficients, x)."""
    result = 0.0
    t1 = coefficients[::-1]
    result_hist = []
    for c in t1:
        result_hist.append(result)
        result = result * x + c

    dresult = 1.0
    dx = 0.0
    dt1 = np.zeros_like(coefficients)
    for k in range(len(t1) - 1, -1, -1):
        dresult_1 = x * dresult
        dx += result_hist[k] * dresult
        dt1[k] += dresult
        dresult = dresult_1
    dcoefficients = np.zeros_like(coefficients)
    dcoefficients[::-1] = dt1
    return dcoefficients, dx
