"""Models of sequences: recurrences, forward passes, alignments."""

import numpy as np

from . import case, numbers


def distribution(*shape, seed):
    """Rows of positive numbers that sum to 1."""
    p = 1.2 + numbers(*shape, seed=seed)
    return p / p.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def log_sum_exp(values):
    top = np.max(values)
    return top + np.log(np.sum(np.exp(values - top)))


@case(distribution(3, seed=0), distribution(3, 3, seed=1), distribution(3, 4, seed=2),
      np.array([0, 2, 1, 3, 3, 1]), wrt=(0, 1, 2))  # fmt: skip
def hmm_loglik(start, transition, emission, observed):
    """The forward pass of a hidden Markov model, scaled at every step."""
    states = len(start)
    loglik = 0.0
    alpha = start * emission[:, observed[0]]
    for t, symbol in enumerate(observed):
        if t > 0:
            new = np.zeros(states)
            for j in range(states):
                for i in range(states):
                    new[j] += alpha[i] * transition[i, j]
                new[j] *= emission[j, symbol]
            alpha = new
        scale = np.sum(alpha)
        alpha /= scale
        loglik += np.log(scale)
    return loglik


@case(np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[1.0, 0.0]]), 0.1 * np.eye(2), np.array([[0.5]]),
      numbers(5, 1), np.zeros(2))  # fmt: skip
def kalman_filter(F, H, Q, R, observations, x):
    """The log-likelihood of what was observed, by prediction and update."""
    P = np.eye(len(x))
    loglik = 0.0
    for z in observations:
        x = F @ x
        P = F @ P @ F.T + Q
        innovation = z - H @ x
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        x = x + K @ innovation
        P = (np.eye(len(x)) - K @ H) @ P
        loglik -= 0.5 * (np.log(2.0 * np.pi * np.linalg.det(S))
                         + innovation @ np.linalg.solve(S, innovation))  # fmt: skip
    return loglik


@case(numbers(5, seed=3), np.array([True, True, False, True, True]), 0.5, 0.8, 0.2)
def local_level(observations, present, signal, noise, start):
    """The scalar Kalman filter, with values that are missing."""
    level, variance = start, 1.0
    error = 0.0
    for y, there in zip(observations, present):
        variance = variance + signal**2
        if not there:
            continue
        gain = variance / (variance + noise**2)
        error += (y - level) ** 2 / (variance + noise**2) + np.log(variance + noise**2)
        level += gain * (y - level)
        variance *= 1.0 - gain
    return error


@case({"W": numbers(8, 5), "b": numbers(8, seed=1)}, numbers(4, 3, seed=2), numbers(2, seed=3),
      wrt=(0, 1))  # fmt: skip
def lstm_loss(params, inputs, target):
    """One layer: the gates are quarters of one product, and the parameters are a dict."""
    hidden = len(target)
    h, c = np.zeros(hidden), np.zeros(hidden)
    for x in inputs:
        gates = params["W"] @ np.concatenate([x, h]) + params["b"]
        i = sigmoid(gates[:hidden])
        f = sigmoid(gates[hidden : 2 * hidden] + 1.0)
        o = sigmoid(gates[2 * hidden : 3 * hidden])
        g = np.tanh(gates[3 * hidden :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.sum((h - target) ** 2)


@case(numbers(3, 2, 3), numbers(3, 2, 2, seed=1), numbers(3, 2, seed=2), numbers(4, 3, seed=3),
      mode="vjp")  # fmt: skip
def gru(W, U, b, inputs):
    """All hidden states, as rows of an array."""
    steps = inputs.shape[0]
    states = np.zeros((steps + 1, b.shape[1]))
    for t in range(steps):
        x, h = inputs[t], states[t]
        reset = sigmoid(W[0] @ x + U[0] @ h + b[0])
        update = sigmoid(W[1] @ x + U[1] @ h + b[1])
        candidate = np.tanh(W[2] @ x + U[2] @ (reset * h) + b[2])
        states[t + 1] = (1.0 - update) * h + update * candidate
    return states[1:]


@case(numbers(2, 3), numbers(2, 2, seed=1), numbers(2, seed=2), numbers(4, 3, seed=3),
      np.array([1, 0, 1, 1]), wrt=(0, 1, 2, 3))  # fmt: skip
def character_rnn(W, U, b, inputs, labels):
    """The mean cross-entropy of the next symbol, with all states in a list."""
    states = [np.zeros(len(b))]
    losses = []
    for x, label in zip(inputs, labels):
        h = np.tanh(W @ x + U @ states[-1] + b)
        states.append(h)
        losses.append(log_sum_exp(h) - h[label])
    return sum(losses) / len(losses)


@case(numbers(4, 3), numbers(3, 2, seed=1), numbers(3, 2, seed=2), numbers(3, 2, seed=3), True,
      wrt=(0, 1, 2, 3), mode="vjp")  # fmt: skip
def attention_by_loops(x, Wq, Wk, Wv, causal):
    """Every token looks at the tokens before it, one pair at a time."""
    n, size = len(x), Wq.shape[1]
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    out = np.zeros((n, size))
    for i in range(n):
        scores = []
        for j in range(n):
            if causal and j > i:
                break
            scores.append(q[i] @ k[j] / np.sqrt(size))
        scores = np.array(scores)
        weights = np.exp(scores - np.max(scores))
        weights /= np.sum(weights)
        for j, w in enumerate(weights):
            out[i] += w * v[j]
    return out


@case(numbers(3, seed=0), numbers(3, 3, seed=1), numbers(5, 3, seed=2))
def viterbi_score(start, transition, emission):
    """The best path's score by max-sum, then the score again along the path that was found."""
    steps, states = emission.shape
    best = np.zeros((steps, states))
    came_from = np.zeros((steps, states), dtype=int)
    best[0] = start + emission[0]
    for t in range(1, steps):
        for j in range(states):
            top = 0
            for i in range(1, states):
                if best[t - 1, i] + transition[i, j] > best[t - 1, top] + transition[top, j]:
                    top = i
            came_from[t, j] = top
            best[t, j] = best[t - 1, top] + transition[top, j] + emission[t, j]
    state = int(np.argmax(best[-1]))
    score = emission[steps - 1, state]
    for t in range(steps - 1, 0, -1):
        before = came_from[t, state]
        score += transition[before, state] + emission[t - 1, before]
        state = before
    return np.max(best[-1]) + (score + start[state]) ** 2


@case(numbers(5, 3), numbers(3, 3, seed=1), np.array([0, 2, 2, 1, 0]), wrt=(0, 1))
def crf_loglik(emission, transition, labels):
    """A linear-chain conditional random field: the score of the labels less the partition."""
    steps, states = emission.shape
    alpha = emission[0].copy()
    score = emission[0, labels[0]]
    for t in range(1, steps):
        new = np.empty(states)
        for j in range(states):
            new[j] = log_sum_exp(alpha + transition[:, j]) + emission[t, j]
        alpha = new
        score += transition[labels[t - 1], labels[t]] + emission[t, labels[t]]
    return score - log_sum_exp(alpha)


def soft_min(a, b, c, gamma):
    low = min(a, b, c)
    total = np.exp((low - a) / gamma) + np.exp((low - b) / gamma) + np.exp((low - c) / gamma)
    return low - gamma * np.log(total)


@case(numbers(4), numbers(5, seed=1), 0.5)
def soft_dtw(x, y, gamma):
    """Dynamic time warping with a soft minimum."""
    n, m = len(x), len(y)
    D = np.full((n + 1, m + 1), 1e3)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            D[i, j] = cost + soft_min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1], gamma)
    return D[n, m]


@case(1.5 + numbers(4, 4), 0.3, mode="vjp")
def soft_shortest_paths(lengths, temperature):
    """Floyd and Warshall's recurrence with a soft minimum, in place."""
    d = lengths.copy()
    n = d.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                around = d[i, k] + d[k, j]
                d[i, j] = -temperature * np.logaddexp(-d[i, j] / temperature, -around / temperature)
    return d


@case(0.3, 0.2, 0.5, numbers(8))
def garch_loglik(omega, alpha, beta, returns):
    """A volatility that follows the squares of past returns."""
    variance = np.empty_like(returns)
    variance[0] = omega / (1.0 - alpha - beta)
    for t in range(1, len(returns)):
        variance[t] = omega + alpha * returns[t - 1] ** 2 + beta * variance[t - 1]
    return -0.5 * np.sum(np.log(2.0 * np.pi * variance) + returns**2 / variance)
