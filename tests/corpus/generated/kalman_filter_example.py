import numpy as np


def cofactor(a):
    """The matrix of cofactors, det(a) * inv(a).T where there is an inverse; of singular a too.

    By the singular values: each entry of the middle factor is the product of all others.
    """
    u, s, v = np.linalg.svd(a)
    others = np.where(np.eye(s.shape[-1], dtype=bool), 1.0, s[..., None, :]).prod(-1)
    scale = (np.linalg.det(u) * np.linalg.det(v))[..., None] * others
    return (np.conj(u) * scale[..., None, :]) @ np.conj(v)


def grad_kalman_filter(F, H, Q, R, observations, x):
    """Gradient of `kalman_filter` with respect to (F, H, Q, R, observations,
    x).
    """
    P = np.eye(len(x))
    x_hist = []
    P_hist = []
    records = []
    records1 = []
    x_1 = x
    for z in observations:
        x_hist.append(x_1)
        P_hist.append(P)
        x_1 = F @ x_1
        t1 = F @ P
        P = t1 @ F.T + Q
        innovation = z - H @ x_1
        t2 = H @ P
        S = t2 @ H.T + R
        t3 = P @ H.T
        inv_S = np.linalg.inv(S)
        K = t3 @ inv_S
        records.append((x_1, t1, P, innovation, t2, S, t3, inv_S, K))
        x_1 = x_1 + K @ innovation
        t4 = np.eye(len(x_1)) - K @ H
        P = t4 @ P
        t5 = 2.0 * np.pi * np.linalg.det(S)  # fmt: skip
        records1.append((t4, t5, np.linalg.solve(S, innovation)))

    dx_1 = np.zeros_like(x)
    dP = np.zeros_like(P)
    dH = np.zeros_like(H)
    dR = np.zeros_like(R)
    dQ = np.zeros_like(Q)
    dF = np.zeros_like(F)
    dobservations = np.zeros_like(observations)
    for k in range(len(observations) - 1, -1, -1):
        x_1, t1, P, innovation, t2, S, t3, inv_S, K = records[k]
        t4, t5, t6 = records1[k]
        solve_transpose_S = np.linalg.solve(S.T, -0.5 * innovation)
        dz = -(dP @ P.T)
        dK = dz @ H.T + np.outer(dx_1, innovation)
        dt3 = dK @ inv_S.T
        t7 = inv_S.T @ (t3.T @ dK) @ inv_S.T
        t8 = -np.pi / t5 * cofactor(S) - np.outer(solve_transpose_S, t6)
        dS = t8 - t7
        dR += dS
        dt2 = dS @ H
        dinnovation = solve_transpose_S + K.T @ dx_1 - 0.5 * t6
        dP_1 = t4.T @ dP + dt3 @ H + H.T @ dt2
        dQ += dP_1
        dt1 = dP_1 @ F
        dP = F.T @ dt1
        dx_1_1 = dx_1 + H.T @ -dinnovation
        dx_1 = F.T @ dx_1_1
        t9 = dH + K.T @ dz + dt3.T @ P
        t10 = t9 + dS.T @ t2 + dt2 @ P.T
        dH = t10 + np.outer(-dinnovation, x_1)
        t11 = dF + dP_1.T @ t1 + dt1 @ P_hist[k].T
        dF = t11 + np.outer(dx_1_1, x_hist[k])
        dobservations[k] += dinnovation
    return dF, dH, dQ, dR, dobservations, dx_1
