def grad_incomplete_gamma(s, x):
    """Gradient of `incomplete_gamma` with respect to (s, x)."""
    b = x + 1.0 - s
    c = 1e+30
    d = 1.0 / b
    records = []
    d_hist = [d]
    c_hist = [c]
    b_1 = b
    d_1 = d
    h = d
    for i in range(1, 60):
        an = -i * (i - s)
        b_1 += 2.0
        t1 = an * d_1 + b_1
        d_1 = 1.0 / t1
        d_hist.append(d_1)
        t2 = an / c
        records.append((h, t1, t2))
        c = b_1 + t2
        c_hist.append(c)
        delta = c * d_1
        h *= delta
        if abs(delta - 1.0) < 1e-06:
            break

    db = 0.0
    dd = 0.0
    dc = 0.0
    dh = 1.0
    ds = 0.0
    for k in range(len(d_hist) - 2, -1, -1):
        c = c_hist[k + 1]
        d_1 = d_hist[k + 1]
        h, t1, t2 = records[k]
        c_1 = c_hist[k]
        delta = c * d_1
        t3 = k + 1
        an = -t3 * (t3 - s)
        dh_1 = delta * dh
        ddelta = h * dh
        dc_1 = dc + d_1 * ddelta
        dc = -dc_1 * (t2 / c_1)
        dd += c * ddelta
        t4 = dd * (d_1 / t1)
        dd = -an * t4
        db = db + dc_1 - t4
        dan = dc_1 / c_1 - d_hist[k] * t4
        ds += dan * t3
        dh = dh_1
    dd += dh
    db -= dd * (d / b)
    ds -= db
    return ds, db
