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


def expect_shape(dz, *parts):
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        if g.shape == x.shape and g.dtype == x.dtype:
            return g  # as in every round of a loop over rows
    shape = np.shape(x)
    if np.shape(g) != shape:
        whole = np.broadcast_shapes(np.shape(g), shape)
        g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def matmul_dx(dz, x, y):
    """The cotangent of x, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    if len(b) == 1:
        expect_shape(dz, a[:-1])
        return dz * y if len(a) == 1 else np.multiply.outer(dz, y)
    expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
    if len(a) == 1:
        return y @ dz if len(b) == 2 else sum_to(np.matmul(y, np.expand_dims(dz, -1))[..., 0], x)
    if len(a) == len(b) == 2:
        return dz @ np.transpose(y)
    return sum_to(np.matmul(dz, np.swapaxes(y, -1, -2)), x)


def matmul_dy(dz, x, y):
    """The cotangent of y, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    n = len(a) - 1
    if len(b) > 2:
        expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
        if n == 0:
            return sum_to(np.expand_dims(x, -1) * np.expand_dims(dz, -2), y)
        return sum_to(np.matmul(np.swapaxes(x, -1, -2), dz), y)
    expect_shape(dz, a[:-1], b[1:])
    if n == 0:
        return x * dz if len(b) == 1 else np.multiply.outer(x, dz)
    return np.transpose(x) @ dz if n == 1 else np.tensordot(x, dz, (range(n), range(n)))


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


def grad_power_iteration(A, tol, limit):
    """Gradient of `power_iteration` with respect to A."""
    v = np.ones(len(A))
    value = 0.0
    records = []
    v_hist = [v]
    value_hist = [value]
    returned = False
    for _ in range(limit):
        w = A @ v
        t1 = np.sqrt(np.sum(w ** 2))
        v = w / t1
        v_hist.append(v)
        t2 = v @ A
        records.append((w, t1, t2))
        value_1 = t2 @ v
        value_hist.append(value_1)
        if abs(value_1 - value) < tol:
            value = value_1
            returned = True
            result = value_1
            break
        value = value_1

    dresult = require_scalar(result if returned else value)
    if returned:
        dvalue = np.zeros_like(value, np.result_type(value, 0.0))
    else:
        dvalue = dresult
        dresult = 0.0
    dv = np.zeros_like(v, np.result_type(v, 0.0))
    dA = np.zeros_like(A, np.result_type(A, 0.0))
    for k in range(len(v_hist) - 2, -1, -1):
        value = value_hist[k + 1]
        value_1 = value_hist[k]
        w, t1, t2 = records[k]
        v = v_hist[k + 1]
        v_1 = v_hist[k]
        dvalue = dvalue + (
            dresult if abs(value - value_1) < tol
            else np.zeros_like(value, np.result_type(value, 0.0))
        )
        matmul_dx_dvalue = matmul_dx(dvalue, t2, v)
        dv = dv + matmul_dy(dvalue, t2, v) + matmul_dx(matmul_dx_dvalue, v, A)
        dw = dv / t1 - 2.0 * w * (0.5 * np.sum(dv * (v / t1)) / t1)
        dv = matmul_dy(dw, A, v_1)
        dA = dA + matmul_dy(matmul_dx_dvalue, v, A) + matmul_dx(dw, A, v_1)
        dvalue = np.zeros_like(value_1, np.result_type(value_1, 0.0))
        dresult = gradient_of(dresult)
    return np.real(dA)
