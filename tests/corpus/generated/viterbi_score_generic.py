import copy
import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if isinstance(x, np.ndarray):
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


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        if g.shape == x.shape and g.dtype == x.dtype:
            return g  # as in every round of a loop over rows
    shape = np.shape(x)
    if np.shape(g) != shape:
        whole = np.broadcast_shapes(np.shape(g), shape)
        g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def grad_viterbi_score(start, transition, emission):
    """Gradient of `viterbi_score` with respect to (start, transition,
    emission).
    """
    best = np.zeros((emission.shape[0], emission.shape[1]))
    came_from = np.zeros((emission.shape[0], emission.shape[1]), dtype=int)
    best[0] = start + emission[0]
    records = []
    for t in range(1, emission.shape[0]):
        for j in range(emission.shape[1]):
            top = 0
            for i in range(1, emission.shape[1]):
                top = (
                    i
                    if best[t - 1, i] + transition[i, j]
                    > best[t - 1, top] + transition[top, j]
                    else top
                )
            came_from[t, j] = top
            t1 = t - 1
            records.append(((t1, top), (top, j)))
            best[t, j] = best[t1, top] + transition[top, j] + emission[t, j]
    state = int(np.argmax(best[-1]))
    t2 = emission.shape[0] - 1
    score = emission[t2, state]
    records1 = []
    state_1 = state
    for t in range(emission.shape[0] - 1, 0, -1):
        before = came_from[t, state_1]
        t3 = t - 1
        records1.append((score, (before, state_1), (t3, before)))
        score = element(score) + (
            transition[before, state_1] + emission[t3, before]
        )
        state_1 = before
    t4 = best[-1]
    t5 = np.max(t4)
    t6 = score + start[state_1]

    dz = require_scalar(t5 + t6 ** 2)
    t7 = t6 * dz
    chosen = t4 == t5
    dscore = 2.0 * t7
    demission = np.zeros_like(emission, np.result_type(emission, 0.0))
    dtransition = gradient_of(transition)
    for t in range(1, emission.shape[0]):
        score, t8, t9 = records1.pop()
        sum_dscore = np.sum(dscore)
        demission[t9] += sum_dscore
        dtransition[t8] = dtransition[t8] + dscore
        dscore = np.broadcast_to(sum_dscore, np.shape(score))
    dbest = np.zeros_like(best)
    dbest[-1] = chosen * (dz / chosen.sum(dtype=t4.dtype))
    demission[t2, state] += dscore
    for t in range(t2, 0, -1):
        for j in range(emission.shape[1] - 1, -1, -1):
            t10, t11 = records.pop()
            t12 = dbest[t, j]
            dbest[t, j] = 0.0
            dz1 = t12 * np.size(transition[t11])
            dbest[t10] += dz1
            demission[t, j] += dz1
            dtransition[t11] = dtransition[t11] + t12
    t13 = dbest[0]
    dstart = copy.copy(sum_to(t13, start))
    dstart[state_1] += 2.0 * np.sum(t7)
    demission[0] += sum_to(t13, emission[0]).copy()
    return dstart, dtransition, demission
