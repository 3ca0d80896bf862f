import numpy as np


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
    t3 = velocities.copy()
    t4 = copy_positions
    for _ in range(steps):
        v = t3 + 0.5 * dt * acc
        x = t4 + dt * v
        n_1 = len(masses)
        acc = np.zeros_like(x)
        for i in range(n_1):
            for j in range(n_1):
                if i == j:
                    continue
                gap = x[j] - x[i]
                distance = np.sqrt(np.sum(gap ** 2) + softening ** 2)
                t5 = distance ** 3
                t6 = masses[j] * gap / t5
                records1.append((gap, distance, t5, t6))
                acc[i] += t6
        v += 0.5 * dt * acc
        t3 = v
        t4 = x

    t4_bar = dout[0]
    t3_bar = dout[1]
    t4_bar = t4_bar.copy()
    acc_bar = np.zeros_like(positions)
    masses_bar = np.zeros_like(masses)
    softening_bar = 0.0
    for _ in range(steps - 1, -1, -1):
        n_1 = len(masses)
        acc_bar = acc_bar + 0.5 * dt * t3_bar
        t7 = n_1 - 1
        x_bar = t4_bar
        for i in range(t7, -1, -1):
            for j in range(t7, -1, -1):
                if i == j:
                    continue
                gap, distance, t5, t6 = records1.pop()
                t6_bar = acc_bar[i]
                z_bar = t6_bar / t5
                distance_bar = (
                    -3.0 * distance ** 2 * (t6_bar * (t6 / t5)).sum()
                )
                z_bar1 = 0.5 * distance_bar / distance
                gap_bar = z_bar * masses[j] + 2.0 * gap * z_bar1
                masses_bar[j] += (gap * z_bar).sum()
                x_bar[j] += gap_bar
                x_bar[i] -= gap_bar
                softening_bar += 2.0 * softening * z_bar1
        v_bar = t3_bar + dt * x_bar
        acc_bar = 0.5 * dt * v_bar
        t3_bar = v_bar
        t4_bar = x_bar
    t8 = n - 1
    for i in range(t8, -1, -1):
        for j in range(t8, -1, -1):
            if i == j:
                continue
            distance, t1, t2 = records.pop()
            gap = copy_positions[j] - copy_positions[i]
            t2_bar = acc_bar[i]
            z_bar2 = t2_bar / t1
            distance_bar = -3.0 * distance ** 2 * (t2_bar * (t2 / t1)).sum()
            z_bar3 = 0.5 * distance_bar / distance
            gap_bar = z_bar2 * masses[j] + 2.0 * gap * z_bar3
            masses_bar[j] += (gap * z_bar2).sum()
            t4_bar[j] += gap_bar
            t4_bar[i] -= gap_bar
            softening_bar += 2.0 * softening * z_bar3
    positions_bar = t4_bar.copy()
    velocities_bar = t3_bar.copy()
    return positions_bar, velocities_bar, masses_bar, softening_bar
