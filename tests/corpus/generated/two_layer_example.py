import numpy as np


def grad_two_layer(W, V, x):
    """Gradient of `two_layer` with respect to (W, V, x)."""
    t1 = np.tanh(W @ x)

    dz = 1.0 - np.tanh(V @ t1) ** 2
    dV = np.outer(dz, t1)
    dz1 = V.T @ dz * (1.0 - t1 ** 2)
    dW = np.outer(dz1, x)
    dx = W.T @ dz1
    return dW, dV, dx
