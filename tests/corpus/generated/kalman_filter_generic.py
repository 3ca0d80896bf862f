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


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if isinstance(g, float) and not shape:
        return g
    if (g.shape if isinstance(g, np.ndarray) else np.shape(g)) == shape:
        return g
    whole = np.broadcast_shapes(np.shape(g), shape)
    g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def as_columns(x, b):
    """x as a matrix of one column if b, the right-hand side it belongs to, is a vector."""
    return np.expand_dims(x, -1) if np.ndim(b) == 1 else x


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


def from_columns(x, b):
    """The column of x if b, the right-hand side it belongs to, is a vector."""
    return x[..., 0] if np.ndim(b) == 1 else x


def cofactor(a):
    """The matrix of cofactors, det(a) * inv(a).T where there is an inverse; of singular a too.

    By the singular values: each entry of the middle factor is the product of all others.
    """
    u, s, v = np.linalg.svd(a)
    others = np.where(np.eye(s.shape[-1], dtype=bool), 1.0, s[..., None, :]).prod(-1)
    scale = (np.linalg.det(u) * np.linalg.det(v))[..., None] * others
    return (np.conj(u) * scale[..., None, :]) @ np.conj(v)


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_kalman_filter(F, H, Q, R, observations, x):
    """Gradient of `kalman_filter` with respect to (F, H, Q, R, observations,
    x).
    """
    P = np.eye(len(x))
    loglik = 0.0
    records = []
    records1 = []
    records2 = []
    x_1 = x
    for z in observations:
        records.append((x_1, P, np.shape(loglik)))
        x_1 = F @ x_1
        t1 = F @ P
        t2 = t1 @ F.T
        P = t2 + Q
        t3 = H @ x_1
        innovation = z - t3
        t4 = H @ P
        t5 = t4 @ H.T
        S = t5 + R
        t6 = P @ H.T
        inv_S = np.linalg.inv(S)
        K = t6 @ inv_S
        t7 = K @ innovation
        records1.append(
            (
                x_1,
                t1,
                np.shape(t2),
                P,
                np.shape(t3),
                innovation,
                t4,
                np.shape(t5),
                S,
                t6,
                inv_S,
                K,
                np.shape(t7)
            )
        )
        x_1 = x_1 + t7
        t8 = K @ H
        t9 = np.eye(len(x_1)) - t8
        P = t9 @ P
        t10 = 2.0 * np.pi * np.linalg.det(S)  # fmt: skip
        t11 = np.log(t10)
        solve_S = np.linalg.solve(S, innovation)
        t12 = innovation @ solve_S
        records2.append(
            (np.shape(t8), t9, t10, np.shape(t11), solve_S, np.shape(t12))
        )
        loglik -= 0.5 * (t11 + t12)

    dloglik = require_scalar(loglik)
    dx_1 = np.zeros_like(x_1, np.result_type(x_1, 0.0))
    dP = np.zeros_like(P, np.result_type(P, 0.0))
    dH = np.zeros_like(H, np.result_type(H, 0.0))
    dR = np.zeros_like(R, np.result_type(R, 0.0))
    dQ = np.zeros_like(Q, np.result_type(Q, 0.0))
    dF = np.zeros_like(F, np.result_type(F, 0.0))
    dobservations = gradient_of(observations)
    for k in range(len(observations) - 1, -1, -1):
        x_1, P, t13 = records[k]
        t14, t9, t10, t15, solve_S, t16 = records2[k]
        (
            x_2, t1, t17, P_1, t18, innovation, t4, t19, S, t6, inv_S, K, t20
        ) = records1[k]
        dloglik_1 = sum_to_shape(dloglik, t13)
        dt12 = -0.5 * sum_to_shape(dloglik, t16)
        t21 = as_columns(matmul_dy(dt12, innovation, solve_S), innovation)
        solve_swapaxes_S = np.linalg.solve(np.swapaxes(S, -1, -2), t21)
        t22 = from_columns(solve_swapaxes_S, innovation)
        t23 = np.swapaxes(as_columns(solve_S, innovation), -1, -2)
        t24 = np.pi * (-0.5 * sum_to_shape(dloglik, t15) / t10)
        t25 = 2.0 * sum_to(np.expand_dims(t24, (-2, -1)) * cofactor(S), S)
        dt8 = -sum_to_shape(matmul_dx(dP, t9, P_1), t14)
        dt7 = sum_to_shape(dx_1, t20)
        dK = matmul_dx(dt8, K, H) + matmul_dx(dt7, K, innovation)
        matmul_dx_dK = matmul_dx(dK, t6, inv_S)
        swapaxes_inv_S = np.swapaxes(inv_S, -1, -2)
        t26 = sum_to(np.transpose(matmul_dy(matmul_dx_dK, P_1, H.T)), H)
        t27 = t25 - sum_to(as_columns(t22, innovation) @ t23, S)
        dS = t27 - sum_to(
            swapaxes_inv_S @ matmul_dy(dK, t6, inv_S) @ swapaxes_inv_S, S
        )
        sum_to_shape_dS = sum_to_shape(dS, t19)
        dR += sum_to(dS, R)
        dt4 = matmul_dx(sum_to_shape_dS, t4, H.T)
        t28 = sum_to(np.transpose(matmul_dy(sum_to_shape_dS, t4, H.T)), H)
        t29 = matmul_dx(dt12, innovation, solve_S) + sum_to(t22, innovation)
        dinnovation = t29 + matmul_dy(dt7, K, innovation)
        dt3 = -sum_to_shape(dinnovation, t18)
        t30 = matmul_dy(dP, t9, P_1) + matmul_dx(matmul_dx_dK, P_1, H.T)
        dP = t30 + matmul_dy(dt4, H, P_1)
        sum_to_shape_dP = sum_to_shape(dP, t17)
        dQ += sum_to(dP, Q)
        dt1 = matmul_dx(sum_to_shape_dP, t1, F.T)
        dP = matmul_dy(dt1, F, P)
        dx_1_1 = sum_to(dx_1, x_2) + matmul_dy(dt3, H, x_2)
        dx_1 = matmul_dy(dx_1_1, F, x_1)
        t31 = dH + matmul_dy(dt8, K, H) + t26 + t28 + matmul_dx(dt4, H, P_1)
        dH = t31 + matmul_dx(dt3, H, x_2)
        t32 = dF + sum_to(np.transpose(matmul_dy(sum_to_shape_dP, t1, F.T)), F)
        dF = t32 + matmul_dx(dt1, F, P) + matmul_dx(dx_1_1, F, x_1)
        dobservations[k] += sum_to(dinnovation, observations[k])
        dloglik = dloglik_1
    dF = like(dF, F)
    dH = like(dH, H)
    dQ = like(dQ, Q)
    dR = like(dR, R)
    dx = like(dx_1, x)
    return dF, dH, dQ, dR, dobservations, dx
