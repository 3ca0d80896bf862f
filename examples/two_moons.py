"""A scalar MLP on two moons, after micrograd: every weight is a number, every neuron a formula.

The weights are a nested tuple of numbers, one tuple for each hidden neuron, and the gradient
comes back in the same containers. A formula of scalars also takes arrays, so the coordinates of
all points go in at once. The loss is micrograd's: hinge, plus a little weight decay.
"""

import numpy as np
from _pictures import save_picture
from sklearn.datasets import make_moons

import srctransform as st

NEURONS = 8


def neuron(weights, x1, x2):
    w1, w2, bias, out = weights
    return out * np.tanh(w1 * x1 + w2 * x2 + bias)


def network(params, x1, x2):
    neurons, bias = params
    return sum(tuple(neuron(weights, x1, x2) for weights in neurons)) + bias


def squares(weights):
    w1, w2, _, out = weights
    return w1**2 + w2**2 + out**2


def loss(params, x1, x2, label):
    neurons, _ = params
    hinge = np.mean(np.maximum(0.0, 1.0 - label * network(params, x1, x2)))
    return hinge + 1e-4 * sum(tuple(squares(weights) for weights in neurons))


def step(params, gradient, rate):
    """params - rate * gradient, in whatever containers they come."""
    if isinstance(params, tuple):
        return tuple(step(p, g, rate) for p, g in zip(params, gradient, strict=True))
    return params - rate * gradient


def train(value_and_gradient, params, data, steps=400, rate=0.8):
    losses = []
    for k in range(steps):
        value, gradient = value_and_gradient(params, *data)
        losses.append(value)
        params = step(params, gradient, rate * (1.0 - 0.9 * k / steps))
    return params, losses


def main():
    points, kind = make_moons(n_samples=200, noise=0.1, random_state=1)
    data = (points[:, 0], points[:, 1], 2.0 * kind - 1.0)
    rng = np.random.default_rng(3)
    neurons = tuple(tuple(float(v) for v in rng.normal(size=4)) for _ in range(NEURONS))
    params = (neurons, 0.0)

    # With two neurons the printed gradient is short enough to read.
    small = (neurons[:2], 0.0)
    print(st.grad(loss, example=(small, *data)).source)

    value_and_gradient = st.value_and_grad(loss, example=(params, *data))
    gradient = st.grad(loss, example=(params, *data))
    st.check_grads(loss, (params, *data), df=gradient)
    params, losses = train(value_and_gradient, params, data)
    correct = np.mean(np.sign(network(params, *data[:2])) == data[2])
    print(
        f"{4 * NEURONS + 1} weights, loss {losses[0]:.3f} -> {losses[-1]:.3f}, {correct:.1%} right"
    )
    assert losses[-1] < 0.1 and correct > 0.98

    def draw(curve, plane):
        curve.semilogy(losses)
        curve.set(title="loss", xlabel="step", ylabel="hinge loss with weight decay")
        x1, x2 = np.meshgrid(np.linspace(-1.6, 2.6, 200), np.linspace(-1.2, 1.7, 200))
        score = network(params, x1, x2)
        plane.contourf(
            x1, x2, score, levels=[-np.inf, 0.0, np.inf], colors=["C0", "C1"], alpha=0.25
        )
        plane.contour(x1, x2, score, levels=[0.0], colors="black", linewidths=1)
        for label, color in ((-1.0, "C0"), (1.0, "C1")):
            plane.scatter(*points[data[2] == label].T, s=14, color=color)
        plane.set(title="decision boundary", xlabel="x1", ylabel="x2")
        plane.grid(False)

    save_picture("two_moons.png", draw, columns=2, figsize=(9, 4))


if __name__ == "__main__":
    main()
