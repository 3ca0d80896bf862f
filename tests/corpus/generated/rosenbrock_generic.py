def grad_rosenbrock(x, y):
    """Gradient of `rosenbrock` with respect to (x, y)."""
    valley = y - x ** 2

    dvalley = 200.0 * valley
    dx = -2.0 * (1.0 - x) - 2.0 * x * dvalley
    return dx, dvalley
