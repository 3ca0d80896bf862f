import numpy as np


def grad_lstm_loss(params, inputs, target):
    """Gradient of `lstm_loss` with respect to (params, inputs)."""
    hidden = len(target)
    records = []
    tanh_hist = []
    c = np.zeros(hidden)
    h = np.zeros(hidden)
    for x in inputs:
        t1 = np.concatenate([x, h])
        gates = params["W"] @ t1 + params["b"]
        t2 = np.exp(-gates[:hidden])
        i = 1.0 / (1.0 + t2)
        t3 = np.exp(-(gates[hidden:2 * hidden] + 1.0))
        f = 1.0 / (1.0 + t3)
        t4 = np.exp(-gates[2 * hidden:3 * hidden])
        o = 1.0 / (1.0 + t4)
        g = np.tanh(gates[3 * hidden:])
        records.append((c, t1, gates.shape, t2, i, t3, f, t4, o, g))
        c = f * c + i * g
        tanh_c = np.tanh(c)
        tanh_hist.append(tanh_c)
        h = o * tanh_c

    dh = 2.0 * (h - target)
    dc = np.zeros_like(c)
    db = np.zeros_like(params["b"])
    dW = np.zeros_like(params["W"])
    dinputs = np.zeros_like(inputs)
    for k in range(len(inputs) - 1, -1, -1):
        tanh_c = tanh_hist[k]
        c, t1, t5, t2, i, t3, f, t4, o, g = records[k]
        do = dh * tanh_c
        dc += o * dh * (1.0 - tanh_c ** 2)
        di = g * dc
        dg = i * dc
        df = c * dc
        dc = f * dc
        dgates = np.zeros(t5)
        dgates[:hidden] += di * (i / (1.0 + t2)) * t2
        dgates[hidden:2 * hidden] += df * (f / (1.0 + t3)) * t3
        dgates[2 * hidden:3 * hidden] += do * (o / (1.0 + t4)) * t4
        dgates[3 * hidden:] += dg * (1.0 - g ** 2)
        db += dgates
        dW += np.outer(dgates, t1)
        dt1 = params["W"].T @ dgates
        t6 = len(inputs[k])
        dh = dt1[t6:]
        dinputs[k] += dt1[:t6]
    return {"W": dW, "b": db}, dinputs
