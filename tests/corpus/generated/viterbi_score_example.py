import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if np.ndim(x):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


def require_scalar(z):
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if np.shape(g) == shape:
        return g
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def grad_viterbi_score(start, transition, emission):
    """Gradient of `viterbi_score` with respect to (start, transition,
    emission).
    """
    t1 = emission.shape[0]
    t2 = emission.shape[1]
    best = np.zeros((t1, t2))
    came_from = np.zeros((t1, t2), dtype=int)
    best[0] = start + emission[0]
    records = []
    for t in range(1, t1):
        for j in range(t2):
            top = 0
            for i in range(1, t2):
                top = (
                    i
                    if best[t - 1, i] + transition[i, j]
                    > best[t - 1, top] + transition[top, j]
                    else top
                )
            came_from[t, j] = top
            t3 = t - 1
            records.append(((t3, top), (top, j)))
            best[t, j] = best[t3, top] + transition[top, j] + emission[t, j]
    state = int(np.argmax(best[-1]))
    t4 = t1 - 1
    score = emission[t4, state]
    records1 = []
    state_1 = state
    for t in range(t1 - 1, 0, -1):
        before = came_from[t, state_1]
        t5 = t - 1
        records1.append((score, (before, state_1), (t5, before)))
        score = element(score) + (
            transition[before, state_1] + emission[t5, before]
        )
        state_1 = before
    t6 = best[-1]
    t7 = np.max(t6)
    t8 = start[state_1]
    t9 = score + t8

    dz = require_scalar(t7 + t9 ** 2)
    t10 = t9 * dz
    dscore = 2.0 * sum_to(t10, score)
    chosen = t6 == t7
    demission = np.zeros_like(emission)
    dtransition = np.zeros_like(transition)
    for t in range(1, t1):
        score, t11, t12 = records1.pop()
        np.add.at(
            demission, t12, sum_to_shape(dscore, np.shape(emission[t12]))
        )
        np.add.at(
            dtransition, t11, sum_to_shape(dscore, np.shape(transition[t11]))
        )
        dscore = np.broadcast_to(np.sum(dscore), np.shape(score))
    dbest = np.zeros_like(best)
    dbest[-1] = chosen * (dz / chosen.sum(dtype=t6.dtype))
    np.add.at(demission, (t4, state), dscore)
    for t in range(t4, 0, -1):
        for j in range(t2 - 1, -1, -1):
            t13, t14 = records.pop()
            dz1 = dbest[t, j]
            dbest[t, j] = 0.0
            dbest[t13] += dz1
            demission[t, j] += dz1
            dtransition[t14] += dz1
    dz2 = dbest[0]
    dstart = dz2.copy()
    np.add.at(dstart, state_1, 2.0 * sum_to(t10, t8))
    demission[0] += dz2
    return dstart, dtransition, demission
