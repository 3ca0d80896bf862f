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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_n_body(positions, velocities, masses, softening, dt, steps, dout):
    """Gradient of `dout * n_body` with respect to (positions, velocities,
    masses, softening), for the cotangent dout.
    """
    copy_positions = positions.copy()
    n = len(masses)
    acc = np.zeros_like(copy_positions)
    records = []
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            gap = copy_positions[j] - copy_positions[i]
            distance = np.sqrt(np.sum(gap ** 2) + softening ** 2)
            t1 = distance ** 3
            t2 = masses[j] * gap / t1
            records.append((distance, t1, t2))
            acc[i] += t2
    records1 = []
    t3 = copy_positions.copy()
    accumulate_hist = []
    acc_hist = [acc]
    acc_1 = acc
    t4 = velocities.copy()
    t5 = t3
    for _ in range(steps):
        t4 += 0.5 * dt * acc_1
        accumulate_hist.append(t4.copy())
        t5 += dt * t4
        n_1 = len(masses)
        acc_1 = np.zeros_like(t5)
        for i in range(n_1):
            for j in range(n_1):
                if i == j:
                    continue
                t6 = t5[j]
                t7 = t5[i]
                gap = t6 - t7
                distance = np.sqrt(np.sum(gap ** 2) + softening ** 2)
                t8 = distance ** 3
                t9 = masses[j] * gap / t8
                records1.append(
                    (copy.copy(t6), copy.copy(t7), distance, t8, t9)
                )
                acc_1[i] += t9
        acc_hist.append(acc_1)
        t4 += 0.5 * dt * acc_1

    t5_bar = dout[0]
    t4_bar = dout[1]
    t5_bar = t5_bar.copy()
    acc_bar = np.zeros_like(acc, np.result_type(acc, 0.0))
    masses_bar = gradient_of(masses)
    softening_bar = np.zeros_like(softening, np.result_type(softening, 0.0))
    for k in range(steps - 1, -1, -1):
        acc = acc_hist[k + 1]
        v = accumulate_hist[k]
        acc_1 = acc_hist[k]
        n_1 = len(masses)
        acc_bar = acc_bar + sum_to(
            0.5 * dt * sum_to(t4_bar, 0.5 * dt * acc), acc
        )
        t10 = n_1 - 1
        x_bar = t5_bar
        for i in range(t10, -1, -1):
            for j in range(t10, -1, -1):
                if i == j:
                    continue
                t11, t12, distance, t8, t9 = records1.pop()
                t13 = masses[j]
                gap = t11 - t12
                t9_bar = sum_to(acc_bar[i], t9)
                z_bar = sum_to(t9_bar / t8, t13 * gap)
                distance_bar = -3.0 * distance ** 2 * sum_to(
                    t9_bar * (t9 / t8), t8
                )
                z_bar1 = 0.5 * distance_bar / distance
                gap_bar = sum_to(z_bar * t13, gap) + 2.0 * gap * np.sum(z_bar1)
                masses_bar[j] += sum_to(gap * z_bar, t13)
                x_bar[j] += sum_to(gap_bar, t11)
                x_bar[i] -= sum_to(gap_bar, t12)
                softening_bar = softening_bar + 2.0 * softening * z_bar1
        v_bar = t4_bar + sum_to(dt * sum_to(x_bar, dt * v), v)
        acc_bar = sum_to(
            0.5 * dt * sum_to(v_bar[...], 0.5 * dt * acc_1), acc_1
        )
        t4_bar = v_bar
        t5_bar = x_bar
    t14 = n - 1
    for i in range(t14, -1, -1):
        for j in range(t14, -1, -1):
            if i == j:
                continue
            distance, t1, t2 = records.pop()
            t15 = masses[j]
            t16 = copy_positions[j]
            t17 = copy_positions[i]
            gap = t16 - t17
            t2_bar = sum_to(acc_bar[i], t2)
            z_bar2 = sum_to(t2_bar / t1, t15 * gap)
            distance_bar = -3.0 * distance ** 2 * sum_to(
                t2_bar * (t2 / t1), t1
            )
            z_bar3 = 0.5 * distance_bar / distance
            gap_bar = sum_to(z_bar2 * t15, gap) + 2.0 * gap * np.sum(z_bar3)
            masses_bar[j] += sum_to(gap * z_bar2, t15)
            t5_bar[j] += sum_to(gap_bar, t16)
            t5_bar[i] -= sum_to(gap_bar, t17)
            softening_bar = softening_bar + 2.0 * softening * z_bar3
    positions_bar = like(t5_bar, positions)
    velocities_bar = like(t4_bar, velocities)
    softening_bar = like(real_like(softening_bar, softening), softening)
    return positions_bar, velocities_bar, masses_bar, softening_bar
