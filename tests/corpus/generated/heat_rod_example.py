def vjp_heat_rod(u, kappa, dx, dt, steps, dout):
    """Gradient of `dout * heat_rod` with respect to (u, kappa), for the
    cotangent dout.
    """
    u = u.copy()
    t1 = dx ** 2
    r = kappa * dt / t1
    hist = []
    for _ in range(steps):
        t2 = u[2:] - 2.0 * u[1:-1] + u[:-2]
        hist.append(t2)
        u[1:-1] += r * t2
        u[0] = u[1]
        u[-1] = u[-2]

    u_bar = dout.copy()
    r_bar = 0.0
    for k in range(steps - 1, -1, -1):
        z_bar = u_bar[-1]
        u_bar[-1] = 0.0
        u_bar[-2] += z_bar
        z_bar1 = u_bar[0]
        u_bar[0] = 0.0
        u_bar[1] += z_bar1
        z_bar2 = u_bar[1:-1]
        r_bar += (z_bar2 * hist[k]).sum()
        t2_bar = r * z_bar2
        u_bar[2:] += t2_bar
        u_bar[1:-1] -= 2.0 * t2_bar
        u_bar[:-2] += t2_bar
    kappa_bar = dt * (r_bar / t1)
    u_bar = u_bar.copy()
    return u_bar, kappa_bar
