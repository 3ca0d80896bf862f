import numpy as np


def require_scalar(z):
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


def gradient_of(x):
    """Zeros in the container of x: floats for numbers, None for what has no gradient."""
    if isinstance(x, dict):
        zeros = x.copy()
        zeros.update((key, gradient_of(value)) for key, value in x.items())
        return zeros
    if isinstance(x, (list, tuple)):
        items = [gradient_of(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, (bool, np.bool_)) or (
        isinstance(x, np.ndarray) and x.dtype.kind not in "iufc"
    ):
        return None
    if isinstance(x, (np.ndarray, np.number, int, float, complex)):
        array = np.zeros(np.shape(x), np.result_type(x, 0.0))
        return array if isinstance(x, np.ndarray) else array[()]
    names = list(getattr(x, "__dataclass_fields__", ()) or getattr(x, "__dict__", ()))
    if not names or hasattr(x, "__name__"):  # a function has no gradient, nor has a class
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


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
    t2 = a[0] * x / t1

    require_scalar(b[0] + t2)
    dtail = -t2 / t1
    db = gradient_of(b)
    db[0] += 1.0
    da = gradient_of(a)
    da[0] += x / t1
    dx = a[0] / t1
    for k in range(1, len(a)):
        tail = tail_stack.pop()
        tail_1 = tail_stack1.pop()
        t3 = b[k] + tail_1
        dz = dtail / t3
        dtail = -dtail * (tail / t3)
        dx += dz * a[k]
        db[k] += dtail
        da[k] += x * dz
    dx = like(dx, x)
    return da, db, dx
