import numpy as np


def grad_mlp_loss(W1, b1, W2, b2, X, y):
    """Gradient of `mlp_loss` with respect to (W1, b1, W2, b2)."""
    hidden = np.tanh(X @ W1 + b1)
    pred = hidden @ W2 + b2
    err = pred - y

    derr = 2.0 * err / pred.size
    db2 = derr.sum(axis=0)
    dhidden = derr @ W2.T
    dW2 = hidden.T @ derr
    dz = dhidden * (1.0 - hidden ** 2)
    db1 = dz.sum(axis=0)
    dW1 = X.T @ dz
    return dW1, db1, dW2, db2
