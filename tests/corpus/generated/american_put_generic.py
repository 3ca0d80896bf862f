import copy
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


def power_dx(x, y):
    """y * x ** (y - 1), and 0 where y is 0."""
    if np.ndim(y) == 0:
        return y * x ** (y - 1.0) if y != 0 else 0.0 * x
    return y * x ** np.where(y == 0, 1.0, y - 1.0)


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_american_put(spot, strike, rate, sigma, years, steps):
    """Gradient of `american_put` with respect to (spot, strike, rate, sigma).
    """
    dt = years / steps
    sqrt_dt = np.sqrt(dt)
    up = np.exp(sigma * sqrt_dt)
    down = 1.0 / up
    t1 = np.exp(rate * dt)
    t2 = up - down
    p = (t1 - down) / t2
    discount = np.exp(-rate * dt)
    values = np.zeros(steps + 1)
    records = []
    for j in range(steps + 1):
        t3 = up ** j
        t4 = down ** (steps - j)
        t5 = strike - spot * t3 * t4
        records.append((t3, t4, t5))
        values[j] = max(t5, 0.0)
    records1 = []
    for step in range(steps - 1, -1, -1):
        for j in range(step + 1):
            t6 = values[j]
            t7 = p * values[j + 1] + (1.0 - p) * t6
            hold = discount * t7
            t8 = up ** j
            t9 = down ** (step - j)
            exercise = strike - spot * t8 * t9
            hold = exercise if exercise > hold else hold
            records1.append(
                (t7, t8, t9, exercise, np.shape(hold), copy.copy(t6))
            )
            values[j] = hold

    z_bar = require_scalar(values[0])
    values_bar = np.zeros_like(values)
    values_bar[0] = z_bar
    strike_bar = np.zeros_like(strike, np.result_type(strike, 0.0))
    down_bar = np.zeros_like(down, np.result_type(down, 0.0))
    spot_bar = np.zeros_like(spot, np.result_type(spot, 0.0))
    up_bar = np.zeros_like(up, np.result_type(up, 0.0))
    discount_bar = np.zeros_like(discount, np.result_type(discount, 0.0))
    p_bar = np.zeros_like(p, np.result_type(p, 0.0))
    for step in range(steps):
        for j in range(step, -1, -1):
            t7, t8, t9, exercise, t10, t11 = records1.pop()
            values[j] = t11
            t12 = j + 1
            t13 = values[t12]
            hold = discount * t7
            t14 = spot * t8
            t15 = step - j
            t16 = 1.0 - p
            exercise_bar = sum_to_shape(values_bar[j], t10)
            if exercise > hold:
                hold_bar = np.zeros_like(hold, np.result_type(hold, 0.0))
            else:
                hold_bar = exercise_bar
                exercise_bar = np.zeros_like(
                    exercise, np.result_type(exercise, 0.0)
                )
            strike_bar += copy.copy(sum_to(exercise_bar, strike))
            sum_to_exercise_bar = sum_to(exercise_bar, t14 * t9)
            t17 = sum_to_exercise_bar * t9
            t18 = sum_to(sum_to_exercise_bar * t14, up)
            t19 = t18 * (t15 * down ** (t15 - 1.0) if t15 != 0 else 0.0 * down)
            down_bar -= t19
            spot_bar -= sum_to(t17 * t8, spot)
            t20 = sum_to(spot * t17, up)
            up_bar -= t20 * (j * up ** (j - 1.0) if j != 0 else 0.0 * up)
            discount_bar += sum_to(hold_bar * t7, discount)
            t21 = discount * hold_bar
            z_bar1 = sum_to(t21, p * t13)
            z_bar2 = sum_to(t21, t16 * t11)
            values_bar = values_bar.copy()
            values_bar[j] = sum_to(z_bar2 * t16, t11)
            values_bar[t12] += sum_to(p * z_bar1, t13)
            p_bar = p_bar + sum_to(z_bar1 * t13, p) - sum_to(z_bar2 * t11, p)
    for j in range(steps, -1, -1):
        t3, t4, t5 = records[j]
        t22 = spot * t3
        z_bar3 = np.sum(values_bar[j])
        values_bar[j] = 0.0
        t23 = np.broadcast(strike, spot, up)
        t24 = np.broadcast_to(
            z_bar3 if t5 > 0.0 else 0.5 * z_bar3 if t5 == 0.0 else 0.0,
            t23.shape
        )
        strike_bar += sum_to(t24, strike)
        t25 = sum_to(t24, t22 * t4)
        t26 = t25 * t4
        down_bar -= sum_to(t25 * t22, up) * power_dx(down, steps - j)
        spot_bar -= sum_to(t26 * t3, spot)
        t27 = sum_to(spot * t26, up)
        up_bar -= t27 * (j * up ** (j - 1.0) if j != 0 else 0.0 * up)
    z_bar4 = p_bar / t2
    t28 = sum_to(p_bar * (p / t2), up)
    t29 = sum_to(dt * sum_to(z_bar4, discount) * t1, rate)
    down_bar = down_bar + t28 - sum_to(z_bar4, up)
    up_bar = up_bar - t28 - down_bar * (down / up)
    sigma_bar = sum_to(up * up_bar * sqrt_dt, sigma)
    spot_bar = like(spot_bar, spot)
    strike_bar = like(strike_bar, strike)
    rate_bar = t29 - sum_to(dt * discount * discount_bar, rate)
    return spot_bar, strike_bar, rate_bar, sigma_bar
