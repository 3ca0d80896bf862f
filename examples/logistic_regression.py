"""Logistic regression by gradient descent, from nothing but the formula of its loss.

The loss is the mean negative log-likelihood of labels y in {0, 1}. Everybody knows its
gradient, X.T @ (p - y) / n: the printed one is the same mathematics, found from the program.
The data are two overlapping clouds of points, so that the best line is unique and finite.
"""

import numpy as np
from _pictures import save_picture

import srctransform as st


def loss(w, X, y):
    score = X @ w
    return np.mean(np.log1p(np.exp(-score)) + (1.0 - y) * score)


def gradient_by_hand(w, X, y):
    p = 1.0 / (1.0 + np.exp(-(X @ w)))
    return X.T @ (p - y) / len(y)


def clouds(n=200, seed=0):
    """Points (1, x1, x2) of two classes, and their labels."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0.0, 1.0], n // 2)
    points = rng.normal(size=(n, 2)) + np.outer(2.0 * y - 1.0, [1.0, 0.8])
    return np.column_stack([np.ones(n), points]), y


def train(value_and_gradient, X, y, steps=100, rate=1.0):
    w = np.zeros(X.shape[1])
    losses = []
    for _ in range(steps):
        value, dw = value_and_gradient(w, X, y)
        losses.append(value)
        w = w - rate * dw
    return w, losses


def main():
    X, y = clouds()
    w = np.zeros(3)
    value_and_gradient = st.value_and_grad(loss, example=(w, X, y))
    print(value_and_gradient.source)

    st.check_grads(loss, (w + 0.1, X, y))
    dw = value_and_gradient(w + 0.1, X, y)[1]
    np.testing.assert_allclose(dw, gradient_by_hand(w + 0.1, X, y), rtol=1e-10)

    w, losses = train(value_and_gradient, X, y)
    correct = np.mean((X @ w > 0.0) == (y == 1.0))
    size = np.linalg.norm(value_and_gradient(w, X, y)[1])
    print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}, |gradient| {size:.1e}, {correct:.0%} correct")
    assert abs(losses[0] - np.log(2.0)) < 1e-12
    assert losses[-1] < 0.3 and correct > 0.85 and size < 1e-3

    def draw(curve, plane):
        curve.plot(losses)
        curve.set(title="loss", xlabel="step", ylabel="mean negative log-likelihood")
        plane.scatter(*X[y == 0, 1:].T, s=14, label="y = 0")
        plane.scatter(*X[y == 1, 1:].T, s=14, label="y = 1")
        plane.axline((0.0, -w[0] / w[2]), slope=-w[1] / w[2], color="black", lw=1)
        plane.set(title="the line where p = 1/2", xlabel="x1", ylabel="x2")
        plane.legend(loc="upper right")

    save_picture("logistic_regression.png", draw, columns=2, figsize=(9, 4))


if __name__ == "__main__":
    main()
