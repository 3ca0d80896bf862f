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
            pivot = t1[i] - (-r)[i] * zeros_n[i - 1]
            t4 = zeros_n[i]
            zeros_n[i] = (-r)[i] / pivot
            records.append((pivot, t4, zeros_n_1[i]))
            zeros_n_1[i] = (right[i] - (-r)[i] * zeros_n_1[i - 1]) / pivot
        records1.append((u, t2, t3, zeros_n.copy(), zeros_n_1.copy()))
        u = np.zeros(n)
        u[-1] = zeros_n_1[-1]
        for i in range(n - 2, -1, -1):
            t5 = u[i + 1]
            u_stack.append(t5)
            u[i] = zeros_n_1[i] - zeros_n[i] * t5

    u_bar = 2.0 * u
    r_bar = np.zeros_like(kappa)
    for k in range(steps - 1, -1, -1):
        u, t2, t3, t6, t7 = records1[k]
        t8 = 1.0 + 2.0 * r
        n = len(t8)
        t9 = u[1:]
        t10 = u[:-1]
        t11 = n - 1
        zeros_n_bar = np.zeros_like(t6)
        zeros_n_1_bar = np.zeros_like(t7)
        for i in range(t11):
            t5 = u_stack.pop()
            z_bar = u_bar[i]
            u_bar[i] = 0.0
            u_bar[i + 1] -= z_bar * t6[i]
            zeros_n_bar[i] -= z_bar * t5
            zeros_n_1_bar[i] += z_bar
        zeros_n_1_bar[-1] += u_bar[-1]
        z_bar1 = np.zeros_like(kappa)
        right_bar = np.zeros_like(kappa)
        z_bar2 = np.zeros_like(kappa)
        t1_bar = np.zeros_like(kappa)
        for i in range(t11, 0, -1):
            pivot, t4, t12 = records.pop()
            t13 = t6[i]
            t6 = t6.copy()
            t6[i] = t4
            t14 = i - 1
            t15 = t6[t14]
            t16 = t7[i]
            t7 = t7.copy()
            t7[i] = t12
            t17 = i - 1
            z_bar3 = zeros_n_1_bar[i]
            zeros_n_1_bar[i] = 0.0
            z_bar4 = z_bar3 / pivot
            z_bar5 = zeros_n_bar[i]
            zeros_n_bar[i] = 0.0
            pivot_bar = -z_bar5 * (t13 / pivot) - z_bar3 * (t16 / pivot)
            zeros_n_bar[t14] -= pivot_bar * (-r)[i]
            zeros_n_1_bar[t17] -= z_bar4 * (-r)[i]
            z_bar1[i] += -z_bar4 * t7[t17] - pivot_bar * t15
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
        u_bar = right_bar * (1.0 - 2.0 * r)
        u_bar[:-1] += z_bar7 * r[1:]
        u_bar[1:] += z_bar6 * r[:-1]
        r_bar = r_bar + 2.0 * t1_bar - z_bar2 - z_bar1 - 2.0 * u * right_bar
        r_bar[1:] += z_bar7 * t10
        r_bar[:-1] += z_bar6 * t9
    kappa_bar = 0.5 * dt * r_bar
    dt_bar = 0.5 * (kappa * r_bar).sum()
    return u_bar, kappa_bar, dt_bar
