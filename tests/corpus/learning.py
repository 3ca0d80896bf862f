"""Losses and layers of machine learning."""

import numpy as np

from . import case, numbers


@case(numbers(3, 4), numbers(4, seed=1), numbers(4, 2, seed=2), numbers(2, seed=3),
      numbers(5, 3, seed=4), numbers(5, 2, seed=5), wrt=(0, 1, 2, 3))  # fmt: skip
def mlp_loss(W1, b1, W2, b2, X, y):
    hidden = np.tanh(X @ W1 + b1)
    pred = hidden @ W2 + b2
    err = pred - y
    return np.mean(err**2)


@case(numbers(3, 4), numbers(5, 3, seed=1), np.array([0, 2, 1, 3, 3]), wrt=(0,))
def xent(W, X, labels):
    logits = X @ W
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(labels)), labels].mean()


@case({"W": numbers(2, 3), "b": numbers(2, seed=1)}, numbers(3, seed=2), wrt=(0,))
def dict_loss(params, x):
    h = np.tanh(params["W"] @ x + params["b"])
    return np.sum(h**2)


def layer(W, x):
    return np.tanh(W @ x)


@case(numbers(4, 3), numbers(2, 4, seed=1), numbers(3, seed=2))
def two_layer(W, V, x):
    return np.sum(layer(V, layer(W, x)))


@case(
    numbers(3), 0.2, numbers(6, 3, seed=1), np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0]), wrt=(0, 1)
)
def logistic(w, b, X, y):
    margin = y * (X @ w + b)
    return np.mean(np.logaddexp(0.0, -margin))


@case(numbers(3), numbers(6, 3, seed=1), numbers(6, seed=2), 0.1, wrt=(0, 3))
def ridge(w, X, y, strength):
    residual = X @ w - y
    return residual @ residual + strength * np.sum(w**2)


@case(numbers(2, 5), mode="vjp")
def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@case(numbers(4, 6), numbers(6, seed=1), numbers(6, seed=2), 1e-5, wrt=(0, 1, 2), mode="vjp")
def layer_norm(x, gain, shift, eps):
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt(variance + eps) + shift


@case(
    numbers(4, 3), numbers(3, 2, seed=1), numbers(3, 2, seed=2), numbers(3, 2, seed=3), mode="vjp"
)
def attention(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scores = q @ k.T / np.sqrt(k.shape[-1])
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True)) @ v


@case(numbers(8), numbers(3, seed=1), mode="vjp")
def convolution(signal, kernel):
    a, b, c = kernel[0], kernel[1], kernel[2]
    return a * signal[:-2] + b * signal[1:-1] + c * signal[2:]


@case(numbers(6, scale=2.0), 0.5)
def huber(r, k):
    a = np.abs(r)
    return np.sum(np.where(a <= k, 0.5 * r**2, k * (a - 0.5 * k)))


@case(numbers(5, 2), numbers(4, 2, seed=1), 0.7, mode="vjp")
def kernel_matrix(x, y, width):
    gaps = x[:, None, :] - y[None, :, :]
    return np.exp(-0.5 * np.sum(gaps**2, axis=-1) / width**2)


@case(numbers(4, 2), numbers(6, 4, seed=1), wrt=(0,))
def pca_loss(W, X):
    centred = X - X.mean(axis=0)
    code = centred @ W
    return np.sum((centred - code @ W.T) ** 2) / len(X)
