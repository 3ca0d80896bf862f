import numpy as np


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
        records1.append(((before, state_1), (t3, before)))
        score += transition[before, state_1] + emission[t3, before]
        state_1 = before
    t4 = best[-1]

    dscore = 2.0 * (score + start[state_1])
    chosen = t4 == np.max(t4)
    demission = np.zeros_like(emission)
    dtransition = np.zeros_like(transition)
    for t in range(1, emission.shape[0]):
        t5, t6 = records1.pop()
        demission[t6] += dscore
        dtransition[t5] += dscore
    dbest = np.zeros_like(best)
    dbest[-1] = chosen * (1.0 / chosen.sum(dtype=t4.dtype))
    demission[t2, state] += dscore
    for t in range(t2, 0, -1):
        for j in range(emission.shape[1] - 1, -1, -1):
            t7, t8 = records.pop()
            dz = dbest[t, j]
            dbest[t, j] = 0.0
            dbest[t7] += dz
            demission[t, j] += dz
            dtransition[t8] += dz
    dz1 = dbest[0]
    dstart = dz1.copy()
    dstart[state_1] += dscore
    demission[0] += dz1
    return dstart, dtransition, demission
