import numpy as np


def grad_local_level(observations, present, signal, noise, start):
    """Gradient of `local_level` with respect to (observations, signal, noise,
    start).
    """
    records = []
    variance_hist = []
    variance = 1.0
    level = start
    for t1, t2 in zip(observations, present):
        variance = variance + signal ** 2
        variance_hist.append(variance)
        if not t2:
            continue
        gain = variance / (variance + noise ** 2)
        t3 = t1 - level
        t4 = t1 - level
        records.append((gain, t3, t3 ** 2 / (variance + noise ** 2), t4))
        level += gain * t4
        variance *= 1.0 - gain

    dvariance = 0.0
    dlevel = 0.0
    dnoise = 0.0
    dsignal = 0.0
    dobservations = np.zeros_like(observations)
    for k in range(min(len(observations), len(present)) - 1, -1, -1):
        variance = variance_hist[k]
        if not present[k]:
            dt1 = 0.0
        else:
            gain, t3, t5, t4 = records.pop()
            t6 = variance + noise ** 2
            t7 = variance + noise ** 2
            t8 = variance + noise ** 2
            dt4 = gain * dlevel
            t9 = t5 / t7
            dt3 = 2.0 * t3 / t7
            dgain = dlevel * t4 - variance * dvariance
            t10 = dgain * (gain / t8)
            dlevel = dlevel - dt4 - dt3
            dvariance = (
                dvariance * (1.0 - gain) + 1.0 / t6 + dgain / t8 - t9 - t10
            )
            dt1 = dt4 + dt3
            dnoise = (
                dnoise + 2.0 * noise / t6 - 2.0 * noise * t9
                - 2.0 * noise * t10
            )
        dsignal += 2.0 * signal * dvariance
        dobservations[k] += dt1
    return dobservations, dsignal, dnoise, dlevel
