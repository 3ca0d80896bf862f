import numpy as np


def gradient_of(x):
    """Zeros in the container of x: floats for numbers, None for what has no gradient."""
    if isinstance(x, dict):
        zeros = x.copy()
        zeros.update((key, gradient_of(value)) for key, value in x.items())
        return zeros
    if isinstance(x, (list, tuple)):
        items = [gradient_of(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, (bool, np.bool_)) or (
        isinstance(x, np.ndarray) and x.dtype.kind not in "iufc"
    ):
        return None
    if isinstance(x, (np.ndarray, np.number, int, float, complex)):
        array = np.zeros(np.shape(x), np.result_type(x, 0.0))
        return array if isinstance(x, np.ndarray) else array[()]
    names = list(getattr(x, "__dataclass_fields__", ()) or getattr(x, "__dict__", ()))
    if not names or hasattr(x, "__name__"):  # a function has no gradient, nor has a class
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def grad_character_rnn(W, U, b, inputs, labels):
    """Gradient of `character_rnn` with respect to (W, U, b, inputs)."""
    states = [np.zeros(len(b))]
    losses = []
    records = []
    for t1, t2 in zip(inputs, labels):
        t3 = states[-1]
        h = np.tanh(W @ t1 + U @ t3 + b)
        states.append(h)
        top = np.max(h)
        t4 = np.exp(h - top)
        t5 = np.sum(t4)
        records.append((t3, h, top, t4, t5))
        losses.append(top + np.log(t5) - h[t2])

    dz = 1.0 / len(losses)
    dlosses = gradient_of(losses)
    for k in range(len(losses) - 1, -1, -1):
        dlosses[k] += dz
    dstates = gradient_of(states)
    db = np.zeros_like(b)
    dU = np.zeros_like(U)
    dW = np.zeros_like(W)
    dinputs = np.zeros_like(inputs)
    for k in range(min(len(inputs), len(labels)) - 1, -1, -1):
        t3, h, top, t4, t5 = records[k]
        dz1 = dlosses.pop()
        dz2 = dz1 / t5 * t4
        dtop = dz1 - dz2.sum()
        chosen = h == top
        t6 = dstates.pop()
        dh = dz2 + chosen * (dtop / chosen.sum(dtype=h.dtype)) + t6
        dh[labels[k]] -= dz1
        dz3 = dh * (1.0 - h ** 2)
        db += dz3
        dU += np.outer(dz3, t3)
        dW += np.outer(dz3, inputs[k])
        dstates[-1] += U.T @ dz3
        dinputs[k] += W.T @ dz3
    return dW, dU, db, dinputs
