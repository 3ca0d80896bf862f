import numpy as np


def grad_crank_nicolson(u, kappa, dt, steps):
    """Gradient of `crank_nicolson` with respect to (u, kappa, dt)."""
    r = 0.5 * dt * kappa
    records = []
    u_stack = []
    records1 = []
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
            t4 = zeros_n[i - 1]
            pivot = t1[i] - (-r)[i] * t4
            t5 = (-r)[i] / pivot
            zeros_n[i] = t5
            t6 = zeros_n_1[i - 1]
            t7 = (right[i] - (-r)[i] * t6) / pivot
            records.append((t4, pivot, t5, t6, t7))
            zeros_n_1[i] = t7
        records1.append((u, right, t2, t3, zeros_n, zeros_n_1))
        u = np.zeros(n)
        u[-1] = zeros_n_1[-1]
        for i in range(n - 2, -1, -1):
            t8 = u[i + 1]
            u_stack.append(t8)
            u[i] = zeros_n_1[i] - zeros_n[i] * t8

    u_bar = 2.0 * u
    r_bar = np.zeros_like(kappa)
    for k in range(steps - 1, -1, -1):
        u, right, t2, t3, t9, zeros_n_1 = records1[k]
        t10 = 1.0 + 2.0 * r
        n = len(t10)
        t11 = n - 1
        zeros_n_bar = np.zeros_like(t9)
        zeros_n_1_bar = np.zeros_like(zeros_n_1)
        for i in range(t11):
            t8 = u_stack.pop()
            z_bar = u_bar[i]
            u_bar[i] = 0.0
            u_bar[i + 1] -= z_bar * t9[i]
            zeros_n_bar[i] -= z_bar * t8
            zeros_n_1_bar[i] += z_bar
        zeros_n_1_bar[-1] += u_bar[-1]
        z_bar1 = np.zeros_like(kappa)
        right_bar = np.zeros_like(right)
        z_bar2 = np.zeros_like(kappa)
        t1_bar = np.zeros_like(kappa)
        for i in range(t11, 0, -1):
            t4, pivot, t5, t6, t7 = records.pop()
            t7_bar = zeros_n_1_bar[i]
            zeros_n_1_bar[i] = 0.0
            z_bar3 = t7_bar / pivot
            t5_bar = zeros_n_bar[i]
            zeros_n_bar[i] = 0.0
            pivot_bar = -t5_bar * (t5 / pivot) - t7_bar * (t7 / pivot)
            zeros_n_bar[i - 1] -= pivot_bar * (-r)[i]
            zeros_n_1_bar[i - 1] -= z_bar3 * (-r)[i]
            z_bar1[i] -= z_bar3 * t6
            z_bar1[i] -= pivot_bar * t4
            right_bar[i] += z_bar3
            z_bar2[i] += t5_bar / pivot
            t1_bar[i] += pivot_bar
        t3_bar = zeros_n_1_bar[0]
        t2_bar = zeros_n_bar[0]
        z_bar2[0] += t2_bar / t10[0]
        t1_bar[0] -= t3_bar * (t3 / t10[0])
        t1_bar[0] -= t2_bar * (t2 / t10[0])
        right_bar[0] += t3_bar / t10[0]
        z_bar4 = right_bar[:-1]
        z_bar5 = right_bar[1:]
        u_bar = right_bar * (1.0 - 2.0 * r)
        u_bar[1:] += z_bar4 * r[:-1]
        u_bar[:-1] += z_bar5 * r[1:]
        r_bar = r_bar + 2.0 * t1_bar - z_bar2 - z_bar1 - 2.0 * u * right_bar
        r_bar[:-1] += z_bar4 * u[1:]
        r_bar[1:] += z_bar5 * u[:-1]
    kappa_bar = 0.5 * dt * r_bar
    dt_bar = 0.5 * (kappa * r_bar).sum()
    return u_bar, kappa_bar, dt_bar
