import numpy as np


def grad_continued_fraction(a, b, x):
    """Gradient of `continued_fraction` with respect to (a, b, x)."""
    tail = 0.0
    tail_stack = []
    tail_stack1 = []
    for k in range(len(a) - 1, 0, -1):
        tail_stack1.append(tail)
        tail = a[k] * x / (b[k] + tail)
        tail_stack.append(tail)
    t1 = 1.0 + tail

    dtail = -a[0] * x / t1 / t1
    db = np.zeros_like(b)
    db[0] = 1.0
    da = np.zeros_like(a)
    da[0] = x / t1
    dx = a[0] / t1
    for k in range(1, len(a)):
        tail = tail_stack.pop()
        tail_1 = tail_stack1.pop()
        t2 = b[k] + tail_1
        dz = dtail / t2
        dtail = -dtail * (tail / t2)
        dx += dz * a[k]
        db[k] += dtail
        da[k] += x * dz
    return da, db, dx
