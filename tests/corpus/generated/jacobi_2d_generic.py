import copy
import numpy as np


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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_jacobi_2d(u, source, h, sweeps, dout):
    """Gradient of `dout * jacobi_2d` with respect to (u, source, h), for the
    cotangent dout.
    """
    t1 = u.shape[0]
    t2 = u.shape[1]
    u_hist = []
    u_1 = u
    for _ in range(sweeps):
        u_hist.append(u_1)
        new = u_1.copy()
        for i in range(1, t1 - 1):
            for j in range(1, t2 - 1):
                around = (
                    u_1[i - 1, j] + u_1[i + 1, j] + u_1[i, j - 1]
                    + u_1[i, j + 1]
                )
                new[i, j] = 0.25 * (around - h ** 2 * source[i, j])
        u_1 = new

    du = copy.copy(dout)
    dsource = gradient_of(source)
    dh = 0.0
    for k in range(sweeps - 1, -1, -1):
        u_1 = u_hist[k]
        dnew = du
        du = np.zeros_like(u_1, np.result_type(u_1, 0.0))
        for i in range(t1 - 2, 0, -1):
            for j in range(t2 - 2, 0, -1):
                dz = dnew[i, j]
                dnew[i, j] = 0.0
                daround = 0.25 * dz
                dsource[i, j] -= 0.25 * dz * h ** 2
                dh = dh - 0.5 * h * (dz * source[i, j])
                du[i - 1, j] += daround
                du[i + 1, j] += daround
                du[i, j - 1] += daround
                du[i, j + 1] += daround
        du += dnew
    du = like(du, u)
    dh = like(real_like(dh, h), h)
    return du, dsource, dh
