import numpy as np


def vjp_gru(W, U, b, inputs, dout):
    """Gradient of `dout * gru` with respect to (W, U, b, inputs), for the
    cotangent dout.
    """
    steps = inputs.shape[0]
    states = np.zeros((steps + 1, b.shape[1]))
    records = []
    for t in range(steps):
        t1 = inputs[t]
        t2 = states[t]
        t3 = np.exp(-(W[0] @ t1 + U[0] @ t2 + b[0]))
        reset = 1.0 / (1.0 + t3)
        t4 = np.exp(-(W[1] @ t1 + U[1] @ t2 + b[1]))
        update = 1.0 / (1.0 + t4)
        candidate = np.tanh(W[2] @ t1 + U[2] @ (reset * t2) + b[2])
        records.append((t3, reset, t4, update, candidate))
        states[t + 1] = (1.0 - update) * t2 + update * candidate

    dstates = np.zeros_like(states)
    dstates[1:] = dout
    db = np.zeros_like(b)
    dU = np.zeros_like(U)
    dW = np.zeros_like(W)
    dinputs = np.zeros_like(inputs)
    for t in range(steps - 1, -1, -1):
        t3, reset, t4, update, candidate = records[t]
        t5 = states[t]
        t6 = t + 1
        t7 = inputs[t]
        dz = dstates[t6].copy()
        dstates[t6] = 0.0
        dcandidate = update * dz
        dz1 = dcandidate * (1.0 - candidate ** 2)
        dz2 = U[2].T @ dz1
        dreset = dz2 * t5
        dupdate = candidate * dz - dz * t5
        dz3 = dupdate * (update / (1.0 + t4)) * t4
        dz4 = dreset * (reset / (1.0 + t3)) * t3
        t8 = dz * (1.0 - update) + reset * dz2 + U[1].T @ dz3
        t9 = W[2].T @ dz1 + W[1].T @ dz3
        dstates[t] += t8 + U[0].T @ dz4
        db[0] += dz4
        db[1] += dz3
        db[2] += dz1
        dU[0] += np.outer(dz4, t5)
        dU[1] += np.outer(dz3, t5)
        dU[2] += np.outer(dz1, reset * t5)
        dW[0] += np.outer(dz4, t7)
        dW[1] += np.outer(dz3, t7)
        dW[2] += np.outer(dz1, t7)
        dinputs[t] += t9 + W[0].T @ dz4
    return dW, dU, db, dinputs
