import numpy as np


def grad_cube_sin(x):
    """Gradient of `cube_sin` with respect to x."""
    return x ** 3 * np.cos(x) + 3.0 * x ** 2 * np.sin(x)
