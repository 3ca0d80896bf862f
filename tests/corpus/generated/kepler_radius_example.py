import numpy as np


def grad_kepler_radius(mean_anomaly, eccentricity):
    """Gradient of `kepler_radius` with respect to (mean_anomaly,
    eccentricity).
    """
    E_hist = []
    records = []
    E = mean_anomaly
    stopped = False
    for _ in range(30):
        E_hist.append(E)
        sin_E = np.sin(E)
        cos_E = np.cos(E)
        step = (
            (E - eccentricity * sin_E - mean_anomaly)
            / (1.0 - eccentricity * cos_E)
        )
        records.append((sin_E, cos_E, step))
        E = E - step
        if abs(step) < 1e-10:
            stopped = True
            break
    if not stopped:
        raise RuntimeError("Kepler's equation did not converge")

    dE = eccentricity * np.sin(E)
    deccentricity = -np.cos(E)
    dmean_anomaly = 0.0
    for k in range(len(E_hist) - 1, -1, -1):
        sin_E, cos_E, step = records[k]
        E = E_hist[k]
        t1 = 1.0 - eccentricity * cos_E
        dstep = -dE
        dz = dstep / t1
        dmean_anomaly -= dz
        dz1 = dstep * (step / t1)
        t2 = dE + dz - eccentricity * dz1 * np.sin(E)
        dE = t2 - eccentricity * dz * np.cos(E)
        deccentricity = deccentricity + dz1 * cos_E - dz * sin_E
    dmean_anomaly = dE + dmean_anomaly
    return dmean_anomaly, deccentricity
