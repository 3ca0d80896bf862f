"""One linear layer fitted to noise: x of 50, y of 10, weights (50, 10), loss = sum of squares.

With a graph of one object for each number, this takes 500 multiplications as objects and a walk
over all of them, 100 times. As NumPy it is two lines, and its gradient is two lines.
"""

import time

import numpy as np
from _pictures import save_picture

import srctransform as st


def loss(W, x, y):
    error = x @ W - y
    return np.sum(error**2)


def loss_by_scalars(W, x, y):
    """The loss and its gradient, one number at a time: what a graph of scalars computes."""
    total, dW = 0.0, np.zeros_like(W)
    for j in range(len(y)):
        error = sum(x[i] * W[i, j] for i in range(len(x))) - y[j]
        total += error**2
        for i in range(len(x)):
            dW[i, j] = 2.0 * error * x[i]
    return total, dW


def fit(value_and_gradient, W, x, y, rate=0.001, steps=100):
    """The losses on the way."""
    losses = []
    for _ in range(steps):
        value, dW = value_and_gradient(W, x, y)
        losses.append(value)
        W = W - rate * dW
    return np.array(losses)


def main():
    rng = np.random.default_rng(0)
    x, y, W = rng.normal(size=50), rng.normal(size=10), rng.normal(size=(50, 10))
    value_and_gradient = st.value_and_grad(loss, example=(W, x, y))
    print(value_and_gradient.source)

    start = time.perf_counter()
    losses = fit(value_and_gradient, W, x, y)
    middle = time.perf_counter()
    by_scalars = fit(loss_by_scalars, W, x, y)
    end = time.perf_counter()
    print(f"100 steps: {middle - start:.4f} s with arrays, {end - middle:.4f} s by scalars")
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3e}")

    # Each step scales the error by 1 - 2 * rate * x @ x, so the whole curve is known.
    factor = (1.0 - 2.0 * 0.001 * (x @ x)) ** 2
    np.testing.assert_allclose(losses, losses[0] * factor ** np.arange(100), rtol=1e-8)
    np.testing.assert_allclose(losses, by_scalars, rtol=1e-8)

    def draw(axes):
        axes.semilogy(losses, lw=2.5, label="generated gradient on arrays")
        axes.semilogy(by_scalars, "--", color="black", lw=1, label="one number at a time")
        axes.set(title="one linear layer fitted to noise", xlabel="step", ylabel="loss")
        axes.legend()

    save_picture("linear_noise.png", draw)


if __name__ == "__main__":
    main()
