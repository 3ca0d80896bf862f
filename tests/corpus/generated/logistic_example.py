import numpy as np


def grad_logistic(w, b, X, y):
    """Gradient of `logistic` with respect to (w, b)."""
    margin = y * (X @ w + b)

    dz = np.exp(-margin - np.logaddexp(0.0, -margin)) / y.size
    dmargin = -dz
    dz1 = y * dmargin
    db = dz1.sum()
    dw = X.T @ dz1
    return dw, db
