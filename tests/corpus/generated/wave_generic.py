import numpy as np


def grad_wave(x, y):
    """Gradient of `wave` with respect to (x, y)."""
    a = x * y
    b = np.sin(a) + x ** 2

    db = np.exp(-y)
    da = db * np.cos(a)
    dx = 2.0 * x * db + y * da
    dy = x * da - b * db
    return dx, dy
