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


def grad_soft_dtw(x, y, gamma):
    """Gradient of `soft_dtw` with respect to (x, y, gamma)."""
    D = np.full((len(x) + 1, len(y) + 1), 1000.0)
    D[0, 0] = 0.0
    records = []
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            t1 = D[i - 1, j]
            t2 = D[i, j - 1]
            t3 = D[i - 1, j - 1]
            low = min(t1, min(t2, t3))
            t4 = (low - t1) / gamma
            t5 = np.exp(t4)
            t6 = (low - t2) / gamma
            t7 = np.exp(t6)
            t8 = (low - t3) / gamma
            t9 = np.exp(t8)
            total = t5 + t7 + t9
            log_total = np.log(total)
            records.append((t4, t5, t6, t7, t8, t9, log_total))
            D[i, j] = cost + (low - gamma * log_total)

    dD = np.zeros_like(D)
    dD[len(x), len(y)] = 1.0
    dgamma = 0.0
    dy = gradient_of(y)
    dx = gradient_of(x)
    for i in range(len(x), 0, -1):
        for j in range(len(y), 0, -1):
            t4, t5, t6, t7, t8, t9, log_total = records.pop()
            t10 = i - 1
            t11 = D[t10, j]
            t12 = j - 1
            t13 = D[i, t12]
            t14 = i - 1
            t15 = j - 1
            t16 = D[t14, t15]
            total = t5 + t7 + t9
            t17 = min(t13, t16)
            t18 = i - 1
            t19 = j - 1
            dcost = dD[i, j]
            dD[i, j] = 0.0
            dtotal = -gamma * dcost / total
            dt8 = dtotal * t9
            dz = np.real(dt8 / gamma)
            dt6 = dtotal * t7
            dz1 = np.real(dt6 / gamma)
            dt4 = dtotal * t5
            dz2 = np.real(dt4 / gamma)
            dlow = dcost + dz + dz1 + dz2
            dz3 = dlow if t17 < t11 else 0.5 * dlow if t17 == t11 else 0.0
            dt3 = (dz3 if t16 < t13 else 0.5 * dz3 if t16 == t13 else 0.0) - dz
            dt2 = (
                (dz3 if t13 < t16 else 0.5 * dz3 if t13 == t16 else 0.0) - dz1
            )
            dt1 = (
                (dlow if t11 < t17 else 0.5 * dlow if t11 == t17 else 0.0)
                - dz2
            )
            t20 = (x[t18] - y[t19]) * dcost
            dD[t10, j] += dt1
            dD[i, t12] += dt2
            dD[t14, t15] += dt3
            t21 = (
                dgamma - dcost * log_total - dt8 * (t8 / gamma)
                - dt6 * (t6 / gamma)
            )
            dgamma = t21 - dt4 * (t4 / gamma)
            dy[t19] -= 2.0 * t20
            dx[t18] += 2.0 * t20
    dgamma = like(dgamma, gamma)
    return dx, dy, dgamma
