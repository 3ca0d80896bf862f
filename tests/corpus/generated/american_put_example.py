import numpy as np


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
            t10 = exercise > hold
            records1.append((t7, t8, t9, t10, t6))
            values[j] = exercise if t10 else hold

    values_bar = np.zeros_like(values)
    values_bar[0] = 1.0
    strike_bar = 0.0
    down_bar = 0.0
    spot_bar = 0.0
    up_bar = 0.0
    discount_bar = 0.0
    p_bar = 0.0
    for step in range(steps):
        for j in range(step, -1, -1):
            t7, t8, t9, t10, t6 = records1.pop()
            values[j] = t6
            t11 = j + 1
            t12 = step - j
            exercise_bar = values_bar[j]
            if t10:
                hold_bar = 0.0
            else:
                hold_bar = exercise_bar
                exercise_bar = 0.0
            strike_bar += exercise_bar
            t13 = exercise_bar * t9
            t14 = exercise_bar * spot * t8
            t15 = t14 * (t12 * down ** (t12 - 1.0) if t12 != 0 else 0.0 * down)
            down_bar -= t15
            spot_bar -= t13 * t8
            up_bar -= spot * t13 * (
                j * up ** (j - 1.0) if j != 0 else 0.0 * up
            )
            discount_bar += hold_bar * t7
            t7_bar = discount * hold_bar
            values_bar[j] = t7_bar * (1.0 - p)
            values_bar[t11] += p * t7_bar
            p_bar = p_bar + t7_bar * values[t11] - t7_bar * t6
    for j in range(steps, -1, -1):
        t3, t4, t5 = records[j]
        t16 = steps - j
        t5_bar = values_bar[j]
        values_bar[j] = 0.0
        if not t5 > 0.0:
            t5_bar = 0.5 * t5_bar if t5 == 0.0 else 0.0
        strike_bar += t5_bar
        t17 = t5_bar * t4
        t18 = t5_bar * spot * t3
        t19 = t18 * (t16 * down ** (t16 - 1.0) if t16 != 0 else 0.0 * down)
        down_bar -= t19
        spot_bar -= t17 * t3
        up_bar -= spot * t17 * (j * up ** (j - 1.0) if j != 0 else 0.0 * up)
    z_bar = p_bar / t2
    t20 = p_bar * (p / t2)
    down_bar = down_bar + t20 - z_bar
    up_bar = up_bar - t20 - down_bar * (down / up)
    sigma_bar = up * up_bar * sqrt_dt
    rate_bar = dt * z_bar * t1 - dt * discount * discount_bar
    return spot_bar, strike_bar, rate_bar, sigma_bar
