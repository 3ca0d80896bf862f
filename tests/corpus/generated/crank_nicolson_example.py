import numpy as np


def grad_crank_nicolson(u, kappa, dt, steps):
    """Gradient of `crank_nicolson` with respect to (u, kappa, dt)."""
    r = 0.5 * dt * kappa
    pivot_stack = []
    u_stack = []
    records = []
    for _ in range(steps):
        right = (1.0 - 2.0 * r) * u
        right[1:] += r[1:] * u[:-1]
        right[:-1] += r[:-1] * u[1:]
        t1 = 1.0 + 2.0 * r
        n = len(t1)
        zeros_n = np.zeros(n)
        zeros_n_1 = np.zeros(n)
        t2 = (-r)[0] / t1[0]
        zeros_n[0] = t2
        t3 = right[0] / t1[0]
        zeros_n_1[0] = t3
        for i in range(1, n):
            pivot = t1[i] - (-r)[i] * zeros_n[i - 1]
            pivot_stack.append(pivot)
            zeros_n[i] = (-r)[i] / pivot
            zeros_n_1[i] = (right[i] - (-r)[i] * zeros_n_1[i - 1]) / pivot
        records.append((u, t2, t3, zeros_n, zeros_n_1))
        u = np.zeros(n)
        u[-1] = zeros_n_1[-1]
        for i in range(n - 2, -1, -1):
            t4 = u[i + 1]
            u_stack.append(t4)
            u[i] = zeros_n_1[i] - zeros_n[i] * t4

    u_bar = 2.0 * u
    r_bar = np.zeros_like(kappa)
    for k in range(steps - 1, -1, -1):
        u, t2, t3, t5, t6 = records[k]
        t7 = 2.0 * r
        t8 = 1.0 + t7
        n = len(t8)
        t9 = n - 1
        zeros_n_bar = np.zeros(t5.shape)
        zeros_n_1_bar = np.zeros(t6.shape)
        for i in range(t9):
            t4 = u_stack.pop()
            z_bar = u_bar[i]
            u_bar[i] = 0.0
            u_bar[i + 1] -= z_bar * t5[i]
            zeros_n_bar[i] -= z_bar * t4
            zeros_n_1_bar[i] += z_bar
        zeros_n_1_bar[-1] += u_bar[-1]
        z_bar1 = np.zeros_like(kappa)
        right_bar = np.zeros_like(kappa)
        z_bar2 = np.zeros_like(kappa)
        t1_bar = np.zeros_like(kappa)
        for i in range(t9, 0, -1):
            pivot = pivot_stack.pop()
            t10 = i - 1
            t11 = i - 1
            z_bar3 = zeros_n_1_bar[i]
            zeros_n_1_bar[i] = 0.0
            z_bar4 = z_bar3 / pivot
            z_bar5 = zeros_n_bar[i]
            zeros_n_bar[i] = 0.0
            pivot_bar = -z_bar5 * (t5[i] / pivot) - z_bar3 * (t6[i] / pivot)
            zeros_n_bar[t10] -= pivot_bar * (-r)[i]
            zeros_n_1_bar[t11] -= z_bar4 * (-r)[i]
            z_bar1[i] += -z_bar4 * t6[t11] - pivot_bar * t5[t10]
            right_bar[i] += z_bar4
            z_bar2[i] += z_bar5 / pivot
            t1_bar[i] += pivot_bar
        t3_bar = zeros_n_1_bar[0]
        t2_bar = zeros_n_bar[0]
        z_bar2[0] += t2_bar / t8[0]
        t1_bar[0] += -t3_bar * (t3 / t8[0]) - t2_bar * (t2 / t8[0])
        right_bar[0] += t3_bar / t8[0]
        z_bar6 = right_bar[:-1]
        z_bar7 = right_bar[1:]
        u_bar = right_bar * (1.0 - t7)
        u_bar[:-1] += z_bar7 * r[1:]
        u_bar[1:] += z_bar6 * r[:-1]
        r_bar = r_bar + 2.0 * t1_bar - z_bar2 - z_bar1 - 2.0 * u * right_bar
        r_bar[1:] += z_bar7 * u[:-1]
        r_bar[:-1] += z_bar6 * u[1:]
    kappa_bar = 0.5 * dt * r_bar
    dt_bar = 0.5 * (kappa * r_bar).sum()
    return u_bar, kappa_bar, dt_bar
