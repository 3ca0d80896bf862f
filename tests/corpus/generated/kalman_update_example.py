import numpy as np


def vjp_kalman_update(mean, P, H, R, y, dout):
    """Gradient of `dout * kalman_update` with respect to (mean, P, H, R, y),
    for the cotangent dout.
    """
    t1 = H @ P
    S = t1 @ H.T + R
    gain = np.linalg.solve(S, H @ P).T
    innovation = y - H @ mean

    dz = -dout[1] @ gain
    dinnovation = gain.T @ dout[0]
    t2 = -dout[1].T @ (gain @ S) + dz @ S.T
    dgain = t2 + np.outer(dout[0], innovation)
    solve_transpose_S = np.linalg.solve(S.T, dgain.T)
    dS = gain.T @ dz - solve_transpose_S @ gain
    dt1 = dS @ H
    dmean = dout[0] + H.T @ -dinnovation
    dP = dout[1] + H.T @ solve_transpose_S + H.T @ dt1
    t3 = np.outer(-dinnovation, mean) + solve_transpose_S @ P.T
    dH = t3 + dS.T @ t1 + dt1 @ P.T
    return dmean, dP, dH, dS, dinnovation
