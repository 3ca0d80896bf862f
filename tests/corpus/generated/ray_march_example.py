import numpy as np


def grad_ray_march(origin, direction, centre, radius, floor, limit):
    """Gradient of `ray_march` with respect to (origin, direction, centre,
    radius, floor).
    """
    norm_direction = np.linalg.norm(direction)
    direction_1 = direction / norm_direction
    t = 0.0
    hit = False
    t_hist = []
    records = []
    for _ in range(limit):
        t_hist.append(t)
        t1 = origin + t * direction_1
        t2 = t1 - centre
        t3 = np.linalg.norm(t2)
        ball = t3 - radius
        t4 = t1[1] - floor
        records.append((t2, t3, t4))
        d = min(ball, t4)
        if d < 0.001:
            hit = True
            break
        t = t + d
        if t > 10.0:
            break

    if not hit:
        ddirection = np.zeros_like(direction)
        dt = 0.0
        dradius = 0.0
        dcentre = np.zeros_like(centre)
        dorigin = np.zeros_like(origin)
    else:
        normal = (origin + t * direction_1 - centre) / radius
        dz = np.exp(-0.2 * t)
        t5 = -(normal @ direction_1)
        if t5 > 0.0:
            dt5 = dz
        else:
            dt5 = 0.5 * dz if t5 == 0.0 else 0.0
        dnormal = -dt5 * direction_1
        dorigin = dnormal / radius
        ddirection = t * dorigin - dt5 * normal
        dt = (direction_1 * dorigin).sum() - 0.2 * max(0.0, t5) * dz
        dradius = -(dnormal * (normal / radius)).sum()
        dcentre = -dorigin
    dfloor = 0.0
    for k in range(len(t_hist) - 1, -1, -1):
        t2, t3, t4 = records[k]
        ball = t3 - radius
        d = min(ball, t4)
        dd = 0.0 if d < 0.001 else dt
        dball = dd if ball < t4 else 0.5 * dd if ball == t4 else 0.0
        dradius -= dball
        dd = dd if t4 < ball else 0.5 * dd if t4 == ball else 0.0
        dfloor -= dd
        dt2 = t2 * (dball / np.where(t3 == 0, 1.0, t3))
        dcentre = dcentre - dt2
        dt1 = dt2.copy()
        dt1[1] += dd
        dorigin = dorigin + dt1
        ddirection += t_hist[k] * dt1
        dt = dt + (direction_1 * dt1).sum()
    t6 = np.where(norm_direction == 0, 1.0, norm_direction)
    t7 = direction * ((ddirection * (direction_1 / norm_direction)).sum() / t6)
    ddirection = ddirection / norm_direction - t7
    return dorigin, ddirection, dcentre, dradius, dfloor
