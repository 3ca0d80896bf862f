import numpy as np


def grad_hmm_loglik(start, transition, emission, observed):
    """Gradient of `hmm_loglik` with respect to (start, transition, emission).
    """
    states = len(start)
    t1 = observed[0]
    t2 = emission[:, t1]
    alpha = start * t2
    stack = []
    scale_hist = []
    alpha_hist = [alpha]
    for k, item in enumerate(observed):
        if k > 0:
            new = np.zeros(states)
            for j in range(states):
                for i in range(states):
                    new[j] += alpha[i] * transition[i, j]
                t3 = new[j]
                stack.append(t3)
                new[j] = t3 * emission[j, item]
            alpha = new
        scale = np.sum(alpha)
        scale_hist.append(scale)
        alpha = alpha / scale
        alpha_hist.append(alpha)

    dalpha = np.zeros_like(start)
    demission = np.zeros_like(emission)
    dtransition = np.zeros_like(transition)
    for k in range(len(observed) - 1, -1, -1):
        scale = scale_hist[k]
        alpha = alpha_hist[k]
        t4 = observed[k]
        dscale = 1.0 / scale - (dalpha * (alpha_hist[k + 1] / scale)).sum()
        dalpha_1 = dalpha / scale + dscale
        dalpha = np.zeros(alpha.shape)
        if k > 0:
            t5 = states - 1
            dnew = dalpha_1
            for j in range(t5, -1, -1):
                t3 = stack.pop()
                dz = dnew[j]
                dnew[j] = dz * emission[j, t4]
                for i in range(t5, -1, -1):
                    dz1 = dnew[j]
                    dtransition[i, j] += dz1 * alpha[i]
                    dalpha[i] += dz1 * transition[i, j]
                demission[j, t4] += dz * t3
        else:
            dalpha += dalpha_1
    dstart = dalpha * t2
    dtransition = dtransition.copy()
    demission[:, t1] += start * dalpha
    return dstart, dtransition, demission
