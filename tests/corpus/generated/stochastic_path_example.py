import numpy as np


def grad_stochastic_path(state, pull, noise, shocks, dt):
    """Gradient of `stochastic_path` with respect to (state, pull, noise,
    shocks).
    """
    path = np.zeros((len(shocks), 2))
    records = []
    x = state[0]
    v = state[1]
    for k in range(len(shocks)):
        t1 = x + dt * v
        sin_x = np.sin(x)
        sqrt_dt = np.sqrt(dt)
        records.append((x, sin_x, sqrt_dt))
        v = v - dt * pull * sin_x + noise * sqrt_dt * shocks[k]
        path[k, 0] = t1
        path[k, 1] = v
        x = t1
    t2 = path[:, 0]
    t3 = path[:, 1]

    t4 = 1.0 / t2.size / np.sqrt(t2 ** 2 + t3 ** 2)
    path_bar = np.zeros_like(path)
    path_bar[:, 0] += t2 * t4
    path_bar[:, 1] += t3 * t4
    x_bar = 0.0
    v_bar = 0.0
    shocks_bar = np.zeros_like(shocks)
    noise_bar = 0.0
    pull_bar = 0.0
    for k in range(len(shocks) - 1, -1, -1):
        x, sin_x, sqrt_dt = records[k]
        t5 = path_bar[k, 1]
        path_bar[k, 1] = 0.0
        t6 = path_bar[k, 0]
        path_bar[k, 0] = 0.0
        v_bar1 = v_bar + t5
        noise_bar += v_bar1 * shocks[k] * sqrt_dt
        pull_bar -= dt * v_bar1 * sin_x
        t1_bar = x_bar + t6
        x_bar = t1_bar - v_bar1 * dt * pull * np.cos(x)
        v_bar = v_bar1 + dt * t1_bar
        shocks_bar[k] += v_bar1 * noise * sqrt_dt
    state_bar = np.zeros_like(state)
    state_bar[0] += x_bar
    state_bar[1] += v_bar
    return state_bar, pull_bar, noise_bar, shocks_bar
