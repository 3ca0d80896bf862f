"""Likelihoods and filters."""

import numpy as np

from . import case, numbers


@case(numbers(7), 0.3, 1.2)
def gaussian_loglik(x, mean, sigma):
    z = (x - mean) / sigma
    return -0.5 * np.sum(z**2) - len(x) * np.log(sigma) - 0.5 * len(x) * np.log(2.0 * np.pi)


@case(numbers(3), 0.4 * np.eye(3) + 0.1, numbers(2, 3, seed=1), 0.3 * np.eye(2), numbers(2, seed=2),
      mode="vjp")  # fmt: skip
def kalman_update(mean, P, H, R, y):
    S = H @ P @ H.T + R
    gain = np.linalg.solve(S, H @ P).T
    innovation = y - H @ mean
    return mean + gain @ innovation, P - gain @ S @ gain.T


@case(np.array([0.2, 0.5, 0.3]), numbers(3, seed=1), np.array([0.5, 1.0, 0.7]), numbers(6, seed=2),
      wrt=(0, 1, 2))  # fmt: skip
def mixture_loglik(weights, means, sigmas, x):
    z = (x[:, None] - means) / sigmas
    logs = np.log(weights) - np.log(sigmas) - 0.5 * z**2
    top = logs.max(axis=1, keepdims=True)
    return np.sum(np.log(np.exp(logs - top).sum(axis=1)) + top[:, 0])


@case(numbers(4), 0.3 * np.eye(4) + 0.1, numbers(4, seed=1))
def multivariate_normal(x, cov, mean):
    r = x - mean
    _, logdet = np.linalg.slogdet(cov)
    return -0.5 * (r @ np.linalg.solve(cov, r) + logdet)


@case(np.array([0.2, 0.3, 0.5]), np.array([0.3, 0.3, 0.4]))
def kl_divergence(p, q):
    return np.sum(p * (np.log(p) - np.log(q)))


@case(numbers(5, 3), mode="vjp")
def correlation(X):
    z = X - X.mean(axis=0)
    z = z / np.sqrt((z * z).mean(axis=0))
    return z.T @ z / X.shape[0]
