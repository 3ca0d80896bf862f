import numpy as np


def vjp_soft_kmeans(points, centres, stiffness, rounds, dout):
    """Gradient of `dout * soft_kmeans` with respect to (points, centres,
    stiffness), for the cotangent dout.
    """
    records = []
    records1 = []
    weight_hist = []
    centres_hist = [centres]
    for _ in range(rounds):
        total = np.zeros(centres.shape)
        weight = np.zeros(len(centres))
        for p in points:
            items = []
            for item in centres:
                t1 = np.sum((p - item) ** 2)
                t2 = np.exp(-stiffness * t1)
                records.append((t1, t2))
                items.append(t2)
            share = np.array(items)
            sum_share = share.sum()
            share = share / sum_share
            records1.append((sum_share, share))
            for k in range(len(centres)):
                total[k] += share[k] * p
                weight[k] += share[k]
        weight_hist.append(weight)
        centres = total / weight[:, None]
        centres_hist.append(centres)

    dcentres = dout
    dstiffness = 0.0
    dpoints = np.zeros_like(points)
    for k in range(rounds - 1, -1, -1):
        weight = weight_hist[k]
        centres_1 = centres_hist[k]
        t3 = weight[:, None]
        dtotal = dcentres / t3
        t4 = dcentres * (centres_hist[k + 1] / t3)
        dweight = np.zeros(weight.shape)
        dweight[:, None] = -t4.sum(axis=1, keepdims=True)
        dcentres = np.zeros_like(centres)
        for k in range(len(points) - 1, -1, -1):
            sum_share, share = records1.pop()
            t5 = points[k]
            dshare = np.zeros_like(share)
            dp = np.zeros_like(t5)
            for k_1 in range(len(centres_1) - 1, -1, -1):
                dz = dtotal[k_1]
                dp += dz * share[k_1]
                dshare[k_1] += (t5 * dz).sum() + dweight[k_1]
            dshare = dshare / sum_share - (dshare * (share / sum_share)).sum()
            ditems = list(dshare)
            for k1 in range(len(centres_1) - 1, -1, -1):
                t1, t2 = records.pop()
                dt2 = ditems.pop()
                dz1 = dt2 * t2
                dstiffness -= dz1 * t1
                t6 = 2.0 * (t5 - centres_1[k1]) * (dz1 * stiffness)
                dp -= t6
                dcentres[k1] += t6
            dpoints[k] += dp
    dcentres = dcentres.copy()
    return dpoints, dcentres, dstiffness
